using System.Buffers.Binary;
using System.Text;
using Byol.Fuzzing.Mutations;
using Byol.Fuzzing.Seeds;
using Byol.MLNet.Encoders;
using Byol.MLNet.Weights;
using Microsoft.ML;

namespace Byol.Fuzzing.Targets;

/// <summary>
/// Files of initial weights. All go through the reader itself; some, and those that it accepts, through a fit that is
/// cancelled once it comes to its images.
/// </summary>
internal abstract class WeightTarget(string name, int share, MLContext mlContext, TinyEncoder encoder)
    : FuzzTarget(name, share)
{
    private const string FileName = "weights";

    private static readonly IReadOnlyList<TensorSpec> Specs =
        TinyEncoder.Options().Recipe!.Encoder.Architecture().Tensors();

    protected TinyEncoder Encoder { get; } = encoder;

    public override Outcome Run(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            WeightFile.Read(path, Specs);
        }
        catch (InvalidDataException exception)
        {
            return Refused(exception, path);
        }
        return Fit(path);
    }

    protected static FuzzInput Input(byte[] damaged, byte[] origin) => FuzzInput.Of(FileName, damaged, origin);

    private Outcome Fit(string path)
    {
        var options = TinyEncoder.Options();
        options.Start = path;
        using var source = new CancellationTokenSource();
        options.CancellationToken = source.Token;
        try
        {
            var rows = mlContext.Data.LoadFromEnumerable(CancelledRows(source));
            mlContext.Transforms.ByolEmbedding(TinyEncoder.Output, TinyEncoder.Input, options).Fit(rows);
        }
        catch (OperationCanceledException)
        {
            return Outcome.Read;
        }
        throw new FuzzFailureException("a fit that was not cancelled");
    }

    private IEnumerable<FileRow> CancelledRows(CancellationTokenSource source)
    {
        source.Cancel();
        foreach (var path in Encoder.SoundPictures)
        {
            yield return new FileRow { Image = path };
        }
    }
}

internal sealed class SafeTensorsTarget(MLContext mlContext, TinyEncoder encoder)
    : WeightTarget("safetensors", 22, mlContext, encoder)
{
    public override FuzzInput Next(Random random)
    {
        var file = Encoder.Weights;
        var damaged = random.Next(2) == 0 ? Bytes.Damage(file, Encoder.Model, random) : DamageHeader(file, random);
        return Input(damaged, file);
    }

    private static byte[] DamageHeader(byte[] file, Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = Encoding.UTF8.GetBytes(Json.Damage(Encoding.UTF8.GetString(file, sizeof(long), length), random));
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[(sizeof(long) + length)..]];
    }
}

internal sealed class PyTorchTarget(MLContext mlContext, TinyEncoder encoder)
    : WeightTarget("PyTorch files", 25, mlContext, encoder)
{
    private readonly byte[] _file = Write(encoder.Weights);

    public override FuzzInput Next(Random random)
    {
        var other = Encoder.Weights;
        return Input(random.Next(3) > 0 ? Zip.Damage(_file, other, random) : Bytes.Damage(_file, other, random), _file);
    }

    private static byte[] Write(byte[] weights)
    {
        var torch = new MLNet.Tests.Weights.TorchFile().BeginDictionary().Raw("q\0"u8).Text("epoch").Integer(3)
            .Text("state_dict").BeginDictionary();
        foreach (var tensor in SafeTensors.Read(new MemoryStream(weights)).Values)
        {
            int[] shape = [.. tensor.Shape.Select(dimension => (int)dimension)];
            int[] strides =
                [.. shape.Select((_, axis) => shape[(axis + 1)..].Aggregate(1, (size, side) => size * side))];
            torch.Text($"module.{tensor.Name}");
            _ = tensor.Name.StartsWith("bn", StringComparison.Ordinal)
                ? torch.Tensor("HalfStorage", [.. tensor.Values.Select(value => (Half)value)], 0, shape, strides)
                : torch.Tensor("FloatStorage", tensor.Values, 0, shape, strides);
        }
        torch.Text("module.counter").Tensor("LongStorage", [7L], 0, [], []).EndDictionary().EndDictionary();
        var path = Path.GetTempFileName();
        File.Delete(path);
        torch.Save(path);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }
}
