using System.IO.Compression;

namespace Byol.MLNet.Weights;

/// <summary>Weight files that torch.save writes: a zip of a pickle, which names the tensors, and their numbers.</summary>
internal static class PyTorchFile
{
    private const long MaximumPickle = 100_000_000;
    private const int MaximumDepth = 8;

    /// <summary>All named tensors of floating-point numbers, those in nested dictionaries too: the innermost name counts.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds something else than tensors in containers.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(Stream stream)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var pickle = archive.Entries.FirstOrDefault(entry => entry.Name == "data.pkl")
            ?? throw new InvalidDataException("it is a zip without PyTorch's data.pkl");
        var folder = pickle.FullName[..^pickle.Name.Length];
        var tensors = new Dictionary<string, NamedTensor>();
        Collect(new PickleReader(Bytes(pickle, MaximumPickle)).Read(), archive, folder, tensors, depth: 0);
        return tensors;
    }

    private static void Collect(object? value, ZipArchive archive, string folder, Dictionary<string, NamedTensor> tensors, int depth)
    {
        if (value is not Dictionary<object, object?> dictionary || depth > MaximumDepth)
        {
            return;
        }
        foreach (var (key, item) in dictionary)
        {
            if (key is string name && item is PickledTensor tensor && Values(tensor, name, archive, folder) is { } values)
            {
                tensors[name] = new NamedTensor(name, tensor.Shape, values);
            }
            Collect(item, archive, folder, tensors, depth + 1);
        }
    }

    private static float[]? Values(PickledTensor tensor, string name, ZipArchive archive, string folder)
    {
        var entry = archive.GetEntry($"{folder}data/{tensor.Storage.Key}") ?? throw new InvalidDataException($"the numbers of its tensor '{name}' are missing");
        if (FloatConversion.ToFloat32(tensor.Storage.Type, Bytes(entry, int.MaxValue)) is not { } storage)
        {
            return null;
        }
        var values = new float[tensor.Shape.Aggregate(1L, (product, dimension) => checked(product * dimension))];
        var index = new long[tensor.Shape.Length];
        for (var i = 0L; i < values.Length; i++)
        {
            var place = tensor.Offset;
            for (var axis = 0; axis < index.Length; axis++)
            {
                place += index[axis] * tensor.Strides[axis];
            }
            values[i] = place >= 0 && place < storage.Length ? storage[place] : throw new InvalidDataException($"its tensor '{name}' reaches outside its numbers");
            for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == tensor.Shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
        return values;
    }

    private static byte[] Bytes(ZipArchiveEntry entry, long maximum)
    {
        if (entry.Length > maximum)
        {
            throw new InvalidDataException($"its entry '{entry.FullName}' is too large");
        }
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }
}
