using System.IO.Compression;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>
/// Weight files that torch.save writes: a zip of a pickle, which names the tensors, and their numbers.
/// </summary>
internal sealed class PyTorchFile
{
    // Ten times what the state of a network of 10,000 tensors takes.
    private const long MaximumPickle = 16_000_000;
    private const int MaximumDepth = 8;

    // fp16 takes twice its bytes as fp32, and some tensors are there under two names.
    private const int ValuesToBytes = 4;

    private readonly ZipArchive _archive;
    private readonly string _folder;
    private readonly PickledStorages _storages;
    private readonly long _length;
    private readonly Dictionary<string, NamedTensor> _tensors = [];
    private readonly HashSet<PickledDictionary> _seen = [];
    private long _valueBytes;

    private PyTorchFile(ZipArchive archive, string folder, long length)
    {
        _archive = archive;
        _folder = folder;
        _length = length;
        _storages = new PickledStorages(length);
    }

    /// <summary>
    /// All named tensors of floating-point numbers, those in nested dictionaries too: the innermost name counts.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else than tensors in
    /// containers.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var pickle = archive.Entries.FirstOrDefault(entry => entry.Name == "data.pkl")
            ?? throw new InvalidDataException("it is a zip without PyTorch's data.pkl");
        var file = new PyTorchFile(archive, pickle.FullName[..^pickle.Name.Length], stream.Length);
        file.Collect(new PickleReader(file._storages.Bytes(pickle, MaximumPickle)).Read(), depth: 0);
        return file._tensors;
    }

    private void Collect(object? value, int depth)
    {
        // A dictionary may hold itself, or another one many times over.
        if (value is not PickledDictionary dictionary || depth > MaximumDepth || !_seen.Add(dictionary))
        {
            return;
        }
        foreach (var (key, item) in dictionary.Items)
        {
            if (key is string name && item is PickledTensor tensor && Values(tensor, name) is { } values)
            {
                _tensors[name] = new NamedTensor(name, tensor.Shape, values);
            }
            Collect(item, depth + 1);
        }
    }

    private float[]? Values(PickledTensor tensor, string name)
    {
        if (FloatConversion.ElementBytes(tensor.Storage.Type) is null)
        {
            return null;
        }
        var entry = _archive.GetEntry($"{_folder}data/{tensor.Storage.Key}")
            ?? throw new InvalidDataException($"the numbers of its tensor '{FileText.Show(name)}' are missing");
        var storage = _storages.Numbers(entry, tensor.Storage.Type);
        var count = TensorShape.Count(name, tensor.Shape);
        if (tensor.Strides.Length != tensor.Shape.Length || !IsWithin(tensor, count, storage.Length))
        {
            throw new InvalidDataException($"its tensor '{FileText.Show(name)}' reaches outside its numbers");
        }
        if (count > storage.Length)
        {
            throw new InvalidDataException(
                $"its tensor '{FileText.Show(name)}' of {FileText.Show(tensor.Shape)} "
                + $"has more values than its {storage.Length} numbers");
        }
        _valueBytes += sizeof(float) * count;
        return _valueBytes <= ValuesToBytes * _length
            ? Gather(tensor, storage, (int)count)
            : throw new InvalidDataException($"its tensors hold {ValuesToBytes} times more numbers than the file");
    }

    private static bool IsWithin(PickledTensor tensor, long count, int numbers)
    {
        if (count == 0)
        {
            return true;
        }
        Int128 first = tensor.Offset, last = tensor.Offset;
        for (var axis = 0; axis < tensor.Shape.Length; axis++)
        {
            var reach = (Int128)(tensor.Shape[axis] - 1) * tensor.Strides[axis];
            first += Int128.Min(reach, 0);
            last += Int128.Max(reach, 0);
        }
        return first >= 0 && last < numbers;
    }

    private static float[] Gather(PickledTensor tensor, float[] storage, int count)
    {
        var values = new float[count];
        var index = new long[tensor.Shape.Length];
        for (var i = 0; i < count; i++)
        {
            var place = tensor.Offset;
            for (var axis = 0; axis < index.Length; axis++)
            {
                place += index[axis] * tensor.Strides[axis];
            }
            values[i] = storage[place];
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == tensor.Shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
        return values;
    }
}
