using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Runs the frozen encoder on batches with ONNX Runtime, on the device that the MLContext names. Safe for several
/// threads.
/// </summary>
internal sealed class BatchEmbedder(TransformsCatalog catalog, FrozenEncoder encoder) : IDisposable
{
    private readonly InferenceSession _session = CreateSession(catalog, encoder);

    public FrontEnd FrontEnd { get; } = new(
        catalog, encoder.Metadata.StoredImageSize, encoder.Metadata.Recipe.Encoder.ResizeMode);

    /// <summary>
    /// Rows embedded together: enough to use all cores, few enough that the activations of large pictures fit in
    /// memory.
    /// </summary>
    public int BatchSize { get; } = Math.Clamp(
        128 * 64 * 64 / (encoder.Metadata.ImageSize * encoder.Metadata.ImageSize), 8, 128);

    public int Dimension { get; } = encoder.EmbeddingDimension;

    public float[][] Embed(IReadOnlyList<byte[]> images)
    {
        using var pixels = Pixels(images, FrontEnd.Side);
        using var run = new RunOptions();
        using var outputs = _session.Run(run, [EncoderGraph.InputName], [pixels], [EncoderGraph.OutputName]);
        var values = outputs[0].GetTensorDataAsSpan<float>();
        var embeddings = new float[images.Count][];
        for (var i = 0; i < embeddings.Length; i++)
        {
            embeddings[i] = values.Slice(i * Dimension, Dimension).ToArray();
        }
        return embeddings;
    }

    /// <summary>Images of planar RGB bytes as an encoder's graph takes them.</summary>
    public static OrtValue Pixels(IReadOnlyList<byte[]> images, int side)
    {
        var pixelBytes = 3 * side * side;
        var input = new byte[images.Count * pixelBytes];
        for (var i = 0; i < images.Count; i++)
        {
            images[i].CopyTo(input, i * pixelBytes);
        }
        return OrtValue.CreateTensorValueFromMemory(input, [images.Count, 3, side, side]);
    }

    public void Dispose()
    {
        _session.Dispose();
        FrontEnd.Dispose();
    }

    private static InferenceSession CreateSession(TransformsCatalog catalog, FrozenEncoder encoder)
    {
        using var options = OnnxSetup.CreateOptions(catalog);
        // Waiting threads sleep, since other threads are decoding the next images meanwhile.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return new InferenceSession(encoder.ToBytes(), options);
    }
}
