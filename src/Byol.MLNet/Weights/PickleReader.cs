using System.Buffers.Binary;
using System.Text;

namespace Byol.MLNet.Weights;

/// <summary>
/// Reads the pickle of a PyTorch weight file, and nothing else: containers, numbers, strings, storages and the function
/// that makes a tensor of a storage. Any other class or function that the file names is an error, and none is ever
/// called.
/// </summary>
internal sealed class PickleReader(byte[] pickle)
{
    private readonly Stack<object?> _stack = [];
    private readonly Dictionary<int, object?> _memo = [];
    private int _position;

    /// <exception cref="InvalidDataException">The pickle is damaged, or holds something else than tensors in
    /// containers.</exception>
    public object? Read()
    {
        while (true)
        {
            var operation = (char)Byte();
            if (operation == '.')
            {
                return Pop();
            }
            Execute(operation);
        }
    }

    private void Execute(char operation)
    {
        switch (operation)
        {
            case '\x80': Byte(); break;
            case '\x95': Take(sizeof(long)); break;
            case '(': _stack.Push(Mark.Instance); break;
            case '0': Pop(); break;
            case 'N': _stack.Push(null); break;
            case '\x88': _stack.Push(true); break;
            case '\x89': _stack.Push(false); break;
            case 'K': _stack.Push((long)Byte()); break;
            case 'M': _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)))); break;
            case 'J': _stack.Push((long)Int32()); break;
            case '\x8a': _stack.Push(Long(Byte())); break;
            case 'G': _stack.Push(BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)))); break;
            case 'X': _stack.Push(Text(Int32())); break;
            case '\x8c': _stack.Push(Text(Byte())); break;
            case '}': _stack.Push(new PickledDictionary()); break;
            case ']': _stack.Push(new List<object?>()); break;
            case ')': _stack.Push(Array.Empty<object?>()); break;
            case '\x85': PushTuple(1); break;
            case '\x86': PushTuple(2); break;
            case '\x87': PushTuple(3); break;
            case 't': _stack.Push(PopToMark()); break;
            case 'a': AppendTo([Pop()]); break;
            case 'e': AppendTo(PopToMark()); break;
            case 's': SetItem(); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': _memo[Byte()] = Top(); break;
            case 'r': _memo[Int32()] = Top(); break;
            case '\x94': _memo[_memo.Count] = Top(); break;
            case 'h': _stack.Push(Remembered(Byte())); break;
            case 'j': _stack.Push(Remembered(Int32())); break;
            case 'c': _stack.Push(PickledName.Require(Line(), Line())); break;
            case '\x93': PushNamed(); break;
            case 'Q': _stack.Push(PickledStorage.Of(Pop() as object?[])); break;
            case 'R': Call(); break;
            // A dictionary's own attributes, such as a state dictionary's version numbers.
            case 'b': Pop(); break;
            default:
                throw new InvalidDataException(
                $"its pickle holds the operation 0x{(int)operation:x2}, which weight files do not need");
        }
    }

    private void PushNamed()
    {
        var name = Pop<string>();
        _stack.Push(PickledName.Require(Pop<string>(), name));
    }

    private void Call()
    {
        var arguments = Pop() as object?[];
        _stack.Push(Pop<PickledName>().Make(arguments));
    }

    private void PushTuple(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            items[i] = Pop();
        }
        _stack.Push(items);
    }

    private void AppendTo(object?[] items) => Top<List<object?>>().AddRange(items);

    private void SetItem()
    {
        var value = Pop();
        var key = Pop();
        Top<PickledDictionary>().Items.Add((key, value));
    }

    private void SetItems(object?[] items)
    {
        var dictionary = Top<PickledDictionary>();
        if (items.Length % 2 != 0)
        {
            throw Damaged();
        }
        for (var i = 0; i < items.Length; i += 2)
        {
            dictionary.Items.Add((items[i], items[i + 1]));
        }
    }

    private object?[] PopToMark()
    {
        var items = new List<object?>();
        while (Pop() is var item && item is not Mark)
        {
            items.Add(item);
        }
        items.Reverse();
        return [.. items];
    }

    private object? Pop() => _stack.TryPop(out var value) ? value : throw Damaged();

    private T Pop<T>() => Pop() is T value ? value : throw Damaged();

    private object? Top() => _stack.TryPeek(out var value) ? value : throw Damaged();

    private T Top<T>() => Top() is T value ? value : throw Damaged();

    private object? Remembered(int place) => _memo.TryGetValue(place, out var value) ? value : throw Damaged();

    private byte Byte() => Take(1)[0];

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        var line = Text(pickle.AsSpan(_position).IndexOf((byte)'\n'));
        _position++;
        return line;
    }

    private long Long(int length)
    {
        var bytes = Take(length);
        var value = length > 0 && (bytes[^1] & 0x80) != 0 ? -1L : 0L;
        for (var i = length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }
        return length <= sizeof(long)
            ? value
            : throw new InvalidDataException("its pickle holds a number that is too long");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > pickle.Length - _position)
        {
            throw new InvalidDataException("its pickle is cut off");
        }
        var bytes = pickle.AsSpan(_position, length);
        _position += length;
        return bytes;
    }

    private static InvalidDataException Damaged() => new("its pickle is damaged");

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }
}
