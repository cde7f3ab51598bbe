using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Import;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>
/// A teacher of any layers, a vision transformer say, which ONNX Runtime runs: its first output is a vector, a feature
/// map, which is averaged, or tokens, of which the first is the image's.
/// </summary>
internal sealed class OnnxTeacher : ITeacher
{
    private readonly ByolWeights _weights;
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly int[] _shape;
    private readonly GraphFront? _front;

    /// <exception cref="InvalidDataException">The file is no network that takes pictures.</exception>
    public OnnxTeacher(ByolWeights weights)
    {
        _weights = weights;
        OnnxSetup.Ensure();
        try
        {
            _session = new InferenceSession(weights.Path);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidDataException(exception.Message.TrimEnd('.'), exception);
        }
        _front = EncoderImport.ReadFront(weights.Path);
        (_input, var metadata) = _session.InputMetadata.First();
        _shape = metadata.Dimensions;
        if (_shape is not [_, 3 or -1, _, _] || metadata.ElementType != typeof(float))
        {
            _session.Dispose();
            throw new InvalidDataException($"its input '{_input}' is not N×3×S×S of fp32 values");
        }
    }

    /// <summary>The normalisation that its graph does by itself; null where none can be read.</summary>
    public Normalization? Normalization =>
        _weights.ChannelOrder == ByolChannelOrder.Bgr ? _front?.Normalization?.Reversed() : _front?.Normalization;

    /// <summary>The side of the pictures that it takes, by its file, else by its description.</summary>
    public int ImageSize => _shape[2] > 0 ? _shape[2] : _weights.ImageSize ?? PretrainedEncoder.UsualImageSize;

    public Tensor Look(Tensor images)
    {
        using var scope = NewDisposeScope();
        images = images.to(float32).cpu();
        var ordered = _weights.ChannelOrder == ByolChannelOrder.Bgr ? images.flip(1) : images;
        var taken = _front is null ? ordered : Undo(ordered, _front);
        // A file may say how many pictures it takes at once; the last of fewer are looked at again.
        var size = _shape[0] > 0 ? _shape[0] : (int)images.shape[0];
        var outputs = new List<Tensor>();
        for (var start = 0L; start < images.shape[0]; start += size)
        {
            var count = Math.Min(size, images.shape[0] - start);
            long[] rows = [.. Enumerable.Range(0, size).Select(i => Math.Min(start + i, images.shape[0] - 1))];
            outputs.Add(Run(taken.index_select(0, tensor(rows))).narrow(0, 0, count));
        }
        return cat(outputs, 0).MoveToOuterDisposeScope();
    }

    public void Dispose() => _session.Dispose();

    // What the graph does again.
    private static Tensor Undo(Tensor images, GraphFront front)
    {
        var (mean, deviation) = front.Normalization!;
        return images * Channels(deviation) + Channels(mean);

        Tensor Channels(float[] values) =>
            tensor(values.Select(value => value * front.Largest).ToArray()).reshape(1, -1, 1, 1);
    }

    private Tensor Run(Tensor batch)
    {
        var values = batch.contiguous().data<float>().ToArray();
        using var input = OrtValue.CreateTensorValueFromMemory(values, batch.shape);
        using var options = new RunOptions();
        using var results = _session.Run(options, [_input], [input], [_session.OutputNames[0]]);
        var shape = results[0].GetTensorTypeAndShape().Shape;
        var output = tensor(results[0].GetTensorDataAsSpan<float>().ToArray(), shape);
        return shape.Length switch
        {
            2 => output,
            3 => output.select(1, 0),
            4 => output.mean([2, 3]),
            _ => throw new InvalidDataException(
                $"The teacher '{_weights.Path}' cannot be used: its output '{_session.OutputNames[0]}' has "
                + $"{shape.Length} dimensions."),
        };
    }
}
