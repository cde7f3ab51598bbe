using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>
/// Encoder weights as files: safetensors with torchvision's names out; those, and PyTorch's own files, in.
/// </summary>
internal static class WeightFile
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, NetworkWeights encoder, IReadOnlyDictionary<string, string> metadata) =>
        AtomicFile.Write(path, stream => SafeTensors.Write(
            stream,
            [.. encoder.Specs.Select(spec => new NamedTensor(spec.Name, spec.Shape, encoder[spec.Name]))],
            metadata));

    /// <summary>What a file of weights says beside them; empty where it says nothing.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) => Explained(path, () =>
    {
        using var stream = File.OpenRead(path);
        return IsZip(stream) ? new Dictionary<string, string>() : SafeTensors.ReadMetadata(stream);
    });

    /// <summary>The encoder's tensors in the file, and the names of those that it does not have a place for.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, names code, or is not one of this encoder's weights;
    /// the message says which.</exception>
    public static (NetworkWeights Encoder, IReadOnlyList<string> Unexpected) Read(
        string path, IReadOnlyList<TensorSpec> specs)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The weight file '{path}' does not exist.", path);
        }
        return Explained(path, () =>
        {
            using var stream = File.OpenRead(path);
            return EncoderNames.Match(IsZip(stream) ? PyTorchFile.Read(stream) : SafeTensors.Read(stream), specs);
        });
    }

    /// <summary>The same of tensors that were read from the file before.</summary>
    /// <exception cref="InvalidDataException">They are not this encoder's; the message says which.</exception>
    public static (NetworkWeights Encoder, IReadOnlyList<string> Unexpected) Match(
        string path, IReadOnlyDictionary<string, NamedTensor> tensors, IReadOnlyList<TensorSpec> specs) =>
        Explained(path, () => EncoderNames.Match(tensors, specs));

    /// <summary>Whether the file begins as an ONNX model does, and not as one of weights alone.</summary>
    public static bool IsOnnx(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[9];
        var isLong = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length;
        // The first field of a model, its version; safetensors begin with the length of a header, then its bracket.
        return isLong && start[0] == 0x08 && start[8] != '{';
    }

    private static T Explained<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        // Whatever else a reader stumbles over, the file is not one that it can use; failures to read at all are the
        // caller's.
        catch (Exception exception) when (
            exception is EndOfStreamException
                or not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"The weight file '{path}' cannot be used: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static bool IsZip(Stream stream)
    {
        Span<byte> start = stackalloc byte[2];
        var isZip = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual("PK"u8);
        stream.Position = 0;
        return isZip;
    }
}
