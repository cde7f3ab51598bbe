using Byol.Fuzzing.Mutations;
using Byol.Fuzzing.Seeds;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.Fuzzing.Targets;

/// <summary>Image files through a path column, with NaN for those that cannot be read.</summary>
internal sealed class ImageTarget : FuzzTarget
{
    private const long LargestPicture = 64_000_000;
    private const int BytesOfPixel = 12;
    private const int PngPictures = 7;

    private static readonly byte[][] Seeds = Pictures.All();

    private readonly MLContext _mlContext;
    private readonly ByolEmbeddingTransformer _encoder;

    public ImageTarget(MLContext mlContext, TinyEncoder encoder)
        : base("images", share: 12)
    {
        _mlContext = mlContext;
        var path = Path.Combine(Path.GetDirectoryName(encoder.Checkpoints)!, "tiny.onnx");
        var options = new ByolEmbeddingOptions { OnUnreadableImage = ByolUnreadableImage.NaN };
        _encoder = mlContext.Transforms.LoadByolEmbedding(TinyEncoder.Output, TinyEncoder.Input, path, options)
            .Fit(encoder.Rows(mlContext));
    }

    public static byte[] Damage(Random random, out byte[] origin)
    {
        var index = random.Next(Seeds.Length);
        origin = Seeds[index];
        return index < PngPictures && random.Next(2) == 0
            ? Png.Damage(origin, random)
            : Bytes.Damage(origin, Seeds[random.Next(Seeds.Length)], random);
    }

    public override FuzzInput Next(Random random)
    {
        var damaged = Damage(random, out var origin);
        return FuzzInput.Of("picture.img", damaged, origin);
    }

    public override Outcome Run(string folder)
    {
        var rows = new[] { new FileRow { Image = Path.Combine(folder, "picture.img") } };
        var embedding = _encoder.Transform(_mlContext.Data.LoadFromEnumerable(rows))
            .GetColumn<float[]>(TinyEncoder.Output).Single();
        if (embedding.Length != _encoder.EmbeddingDimension)
        {
            throw new FuzzFailureException("an embedding of another length");
        }
        return embedding.All(float.IsNaN) ? Outcome.Refused
            : embedding.All(float.IsFinite) ? Outcome.Read
            : throw new FuzzFailureException("an embedding that is partly no number");
    }

    public override long HonestBytes(string folder, FuzzInput input) =>
        base.HonestBytes(folder, input) + input.Names.Sum(name => PictureBytes(Path.Combine(folder, name)));

    // What a picture takes that claims no more pixels than the library accepts.
    private static long PictureBytes(string path)
    {
        using var codec = SKCodec.Create(path);
        return codec?.Info is { } info && (long)info.Width * info.Height <= LargestPicture
            ? BytesOfPixel * (long)info.Width * info.Height
            : 0;
    }
}
