using Byol.MLNet.Foundation;
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
        try
        {
            _front = EncoderImport.ReadFront(weights.Path);
            (_input, var metadata) = _session.InputMetadata.First();
            _shape = metadata.Dimensions;
            RequirePictures(metadata);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>The normalisation that its graph does by itself; null where none can be read.</summary>
    public Normalization? Normalization =>
        _weights.ChannelOrder == ByolChannelOrder.Bgr ? _front?.Normalization?.Reversed() : _front?.Normalization;

    /// <summary>The side of the pictures that it takes, by its file, else by its description.</summary>
    public int ImageSize => KnownSide ?? PretrainedEncoder.UsualImageSize;

    private int? KnownSide => _shape[2..].Max() is var side and > 0 ? side : _weights.ImageSize;

    /// <summary>Looks at two grey pictures, where their side is known: what does not run shows before images are
    /// read.</summary>
    /// <exception cref="InvalidDataException">It does not run.</exception>
    public void TryOut()
    {
        if (KnownSide is { } side)
        {
            using var scope = NewDisposeScope();
            LookAt(zeros(2, 3, side, side));
        }
    }

    public Tensor Look(Tensor images)
    {
        try
        {
            return LookAt(images);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"The teacher '{_weights.Path}' cannot be used: {exception.Message}.", exception);
        }
    }

    public void Dispose() => _session.Dispose();

    private void RequirePictures(NodeMetadata input)
    {
        if (_session.InputMetadata.Count > 1)
        {
            throw new InvalidDataException(
                $"it has {_session.InputMetadata.Count} inputs ({string.Join(", ", _session.InputMetadata.Keys)}), "
                + "and pictures are one");
        }
        var isSquare = _shape is [_, 3 or -1, var height, var width]
            && (height == width || height <= 0 || width <= 0);
        if (!isSquare || input.ElementType != typeof(float))
        {
            throw new InvalidDataException($"its input '{_input}' is not N×3×S×S of fp32 values");
        }
        var output = _session.OutputMetadata[_session.OutputNames[0]];
        if (output.ElementType != typeof(float))
        {
            throw new InvalidDataException($"its output '{_session.OutputNames[0]}' is not of fp32 values");
        }
    }

    private Tensor LookAt(Tensor images)
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
        using var results = Run(options, input);
        var shape = results[0].GetTensorTypeAndShape().Shape;
        var output = tensor(results[0].GetTensorDataAsSpan<float>().ToArray(), shape);
        return shape switch
        {
            [var rows, ..] when rows != batch.shape[0] => throw new InvalidDataException(
                $"its output '{_session.OutputNames[0]}' has {Counted.Text((int)rows, "row")} for "
                + Counted.Text((int)batch.shape[0], "picture")),
            [_, _] => output,
            [_, _, _] => output.select(1, 0),
            [_, _, _, _] => output.mean([2, 3]),
            _ => throw new InvalidDataException(
                $"its output '{_session.OutputNames[0]}' has {Counted.Text(shape.Length, "dimension")}"),
        };
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(RunOptions options, OrtValue input)
    {
        try
        {
            return _session.Run(options, [_input], [input], [_session.OutputNames[0]]);
        }
        catch (OnnxRuntimeException exception)
        {
            // Its messages go over several lines.
            var words = exception.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            throw new InvalidDataException(string.Join(' ', words).TrimEnd('.'), exception);
        }
    }
}
