using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Import;
using Microsoft.ML.OnnxRuntime;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>Runs networks on the same random picture: another program's file as it is, and what was read from
/// it.</summary>
internal static class NetworkRun
{
    public const double Tolerance = 1e-4;

    /// <summary>A picture's planar red, green and blue bytes.</summary>
    public static byte[] Picture(int side, int seed = 3)
    {
        var picture = new byte[3 * side * side];
        // Smooth, as photographs are, and with noise.
        var random = new Random(seed);
        for (var i = 0; i < picture.Length; i++)
        {
            var (channel, y, x) = (i / (side * side), i / side % side, i % side);
            var wave = Math.Sin((channel + 2) * x * 3.0 / side) * Math.Cos((channel + 1) * y * 4.0 / side);
            picture[i] = (byte)Math.Clamp(120 + 20 * channel + 90 * wave + random.Next(-15, 16), 0, 255);
        }
        return picture;
    }

    /// <summary>Each byte as the network's input, by its channel: red, green, blue.</summary>
    public static float[] Input(byte[] picture, Func<float, int, float> valueOf) =>
        [.. picture.Select((value, i) => valueOf(value, i / (picture.Length / 3)))];

    /// <summary>The planes the other way round.</summary>
    public static float[] Reverse(float[] planes) =>
        [.. planes.Chunk(planes.Length / 3).Reverse().SelectMany(plane => plane)];

    public static float[] Run(string path, float[] input, string? output = null)
    {
        OnnxSetup.Ensure();
        using var session = new InferenceSession(path);
        var side = (int)Math.Round(Math.Sqrt(input.Length / 3));
        using var value = OrtValue.CreateTensorValueFromMemory(input, [1, 3, side, side]);
        using var options = new RunOptions();
        using var outputs = session.Run(
            options, [session.InputNames[0]], [value], [output ?? session.OutputNames[^1]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public static float[] Run(FrozenEncoder encoder, byte[] picture)
    {
        OnnxSetup.Ensure();
        using var session = new InferenceSession(encoder.ToBytes());
        var side = encoder.Metadata.StoredImageSize;
        using var value = OrtValue.CreateTensorValueFromMemory(picture, [1, 3, side, side]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [EncoderGraph.InputName], [value], [EncoderGraph.OutputName]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>What was read from the file, on a picture of the file's own size.</summary>
    public static float[] RunImported(ByolWeights weights, byte[] picture)
    {
        var encoder = PretrainedEncoder.Read(weights);
        return Run(encoder.Freeze(encoder.ImageSize, encoder.ImageSize), picture);
    }

    /// <summary>Requires that what was read from the file gives what the file gives for the same picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="valueOf">Each byte, by its channel, as the file's graph takes it.</param>
    public static void RequireSame(string path, Func<float, int, float> valueOf)
    {
        var weights = new ByolWeights(path);
        var picture = Picture(PretrainedEncoder.Read(weights).ImageSize);
        var expected = Run(path, Input(picture, valueOf));
        Assert.IsLessThan(Tolerance, RelativeDifference(expected, RunImported(weights, picture)));
    }

    /// <summary>The largest difference over the largest value.</summary>
    public static double RelativeDifference(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        var largest = expected.Max(Math.Abs);
        Assert.IsGreaterThan(0, largest, "Features that are all 0 say nothing.");
        return expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / largest;
    }
}
