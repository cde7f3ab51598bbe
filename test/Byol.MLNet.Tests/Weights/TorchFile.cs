using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Byol.MLNet.Tests.Weights;

/// <summary>Writes files as torch.save does: a zip of a protocol-2 pickle and the storages.</summary>
internal sealed class TorchFile
{
    private readonly MemoryStream _pickle = new();
    private readonly List<byte[]> _storages = [];

    public TorchFile() => Write([0x80, 2]);

    /// <summary>Begins a dictionary; items follow as key, value.</summary>
    public TorchFile BeginDictionary() => Write("}("u8);

    public TorchFile EndDictionary() => Write("u"u8);

    public TorchFile Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Write([(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes]);
    }

    public TorchFile Global(string module, string name) => Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    public TorchFile Integer(int value) => Write([(byte)'J', .. BitConverter.GetBytes(value)]);

    /// <summary>_rebuild_tensor_v2 of a storage of its own.</summary>
    public TorchFile Tensor<T>(string storageType, T[] values, int offset, int[] shape, int[] strides)
        where T : unmanaged
    {
        _storages.Add(MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        return Rebuild(storageType, _storages.Count - 1, values.Length, offset, shape, strides);
    }

    /// <summary>Operations of the pickle as they are.</summary>
    public TorchFile Raw(ReadOnlySpan<byte> operations) => Write(operations);

    /// <summary>_rebuild_tensor_v2 of a storage that a tensor before it brought.</summary>
    public TorchFile View(string storageType, int storage, int[] shape, int[] strides) =>
        Rebuild(storageType, storage, 0, 0, shape, strides);

    /// <summary>A call of a function with one text.</summary>
    public TorchFile Call(string module, string name, string argument) =>
        Global(module, name).Text(argument).Write([0x85, (byte)'R']);

    public void Save(string path, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        Write("."u8);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("archive/data.pkl", _pickle.ToArray());
        for (var i = 0; i < _storages.Count; i++)
        {
            Add($"archive/data/{i}", _storages[i]);
        }

        void Add(string name, byte[] bytes)
        {
            using var stream = archive.CreateEntry(name, compression).Open();
            stream.Write(bytes);
        }
    }

    private TorchFile Rebuild(string storageType, int storage, int length, int offset, int[] shape, int[] strides)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Write("(("u8).Text("storage").Global("torch", storageType)
            .Text($"{storage}").Text("cpu").Integer(length).Write("tQ"u8).Integer(offset);
        foreach (var numbers in (int[][])[shape, strides])
        {
            Write("("u8);
            foreach (var number in numbers)
            {
                Integer(number);
            }
            Write("t"u8);
        }
        // requires_grad, and no hooks.
        return Write([0x89]).Global("collections", "OrderedDict").Write(")RtR"u8);
    }

    private TorchFile Write(ReadOnlySpan<byte> bytes)
    {
        _pickle.Write(bytes);
        return this;
    }
}
