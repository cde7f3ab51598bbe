using System.Runtime.InteropServices;
using Byol.MLNet.Encoders;
using Google.Protobuf;

namespace Byol.MLNet.Onnx;

/// <summary>The least and the largest number that values of a graph take, which decide how they are rounded to 8
/// bits.</summary>
internal sealed class ActivationRanges
{
    private const float LeastStep = 1e-9f;

    private readonly Dictionary<string, float> _numbers = [];

    /// <summary>Says what a value takes; 0 is always among it, since padding is 0.</summary>
    /// <exception cref="InvalidOperationException">It takes numbers that are not finite.</exception>
    public void Add(string value, float least, float largest)
    {
        if (!float.IsFinite(largest - least))
        {
            throw new InvalidOperationException(
                $"The encoder's value '{value}' goes from {least} to {largest}, which int8 cannot hold.");
        }
        (least, largest) = (Math.Min(least, 0), Math.Max(largest, 0));
        var scale = Math.Max((largest - least) / QuantizedNodes.Levels, LeastStep);
        _numbers.Add(QuantizedNodes.Scale(value), scale);
        _numbers.Add(QuantizedNodes.Zero(value), MathF.Round(-least / scale));
    }

    /// <summary>The bytes of a scale or a zero point; null of any other tensor.</summary>
    public ByteString? Find(TensorSpec spec) => _numbers.TryGetValue(spec.Name, out var number)
        ? ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(new[] { number }))
        : null;
}
