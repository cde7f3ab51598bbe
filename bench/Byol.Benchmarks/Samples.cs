using Byol.MLNet;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.Benchmarks;

/// <summary>Pictures of random pixels, and an untrained encoder: speed does not depend on what is in them.</summary>
internal static class Samples
{
    public const int Seed = 1;
    public const int Side = 32;

    public static byte[] Pixels(int side, int seed)
    {
        var pixels = new byte[3 * side * side];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    public static ImageStore Store(int count)
    {
        var store = new ImageStore(Side, long.MaxValue);
        for (var i = 0; i < count; i++)
        {
            store.Add(Pixels(Side, i));
        }
        store.Complete();
        return store;
    }

    public static MLImage Image(int side, int seed)
    {
        var pixels = new byte[4 * side * side];
        new Random(seed).NextBytes(pixels);
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
    }

    public static FrozenEncoder Encoder()
    {
        var metadata = new EncoderMetadata(
            ByolRecipe.Walkthrough, Side, Normalization.ImageNet, Seed, LibraryVersion.Current);
        return FrozenEncoder.Freeze(metadata, WeightInitializer.Create(metadata.Architecture.Tensors(), Seed));
    }
}

/// <summary>A row with an image.</summary>
internal sealed class ImageRow
{
    [ImageType(Samples.Side, Samples.Side)]
    public MLImage Image { get; set; } = null!;
}
