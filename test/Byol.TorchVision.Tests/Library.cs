using Byol.MLNet.Embedding;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using Microsoft.ML;
using static TorchSharp.torch;

namespace Byol.MLNet.TorchVision.Tests;

/// <summary>
/// What these tests use of the library's internals, in tensors: all that a change of those has to adapt.
/// </summary>
internal static class Library
{
    private const string Prefix = "encoder";

    /// <summary>
    /// The encoder with the standard stem at width 1 and the given weights, on pictures of the given side.
    /// </summary>
    public static (NetworkParameters Parameters, Encoder Encoder) CreateEncoder(
        string backbone, int side, IReadOnlyDictionary<string, Tensor> state, ScalarType type)
    {
        var architecture = Architecture(backbone);
        TensorSpec[] specs = [.. TensorSpec.Under(Prefix, architecture.Tensors())];
        var parameters = new NetworkParameters(specs, _ => 0, type, CPU, trainable: true);
        parameters.Load(new NetworkWeights(specs, spec => Values(state[spec.Name[(Prefix.Length + 1)..]])));
        return (parameters, new Encoder(architecture, side, parameters, Prefix));
    }

    /// <summary>The encoder's tensors under torchvision's names, with their gradients where they are trained.</summary>
    public static IEnumerable<(string Name, Tensor Value, Tensor? Gradient)> Tensors(NetworkParameters parameters)
    {
        parameters.CollectGradients();
        return parameters.Specs.Select(spec =>
        {
            var tensor = parameters[spec.Name];
            return (spec.Name[(Prefix.Length + 1)..], tensor, spec.IsTrained ? tensor.grad : null);
        });
    }

    /// <summary>What the frozen ONNX form gives for stored pictures (bytes, planar RGB).</summary>
    public static float[][] EmbedFrozen(
        string backbone, int side, IReadOnlyDictionary<string, Tensor> state, IReadOnlyList<byte[]> pictures)
    {
        var recipe = ByolRecipe.Fast with
        {
            Encoder = new()
            {
                Backbone = ByolBackbone.FindBuiltIn(backbone)!,
                Stem = ByolStem.Standard,
                Width = 1,
                ImageSize = side,
            },
        };
        var metadata = new EncoderMetadata(recipe, side, Normalization.ImageNet, 0, "1.0.0");
        var weights = new NetworkWeights(Architecture(backbone).Tensors(), spec => Values(state[spec.Name]));
        using var embedder = new BatchEmbedder(new MLContext().Transforms, FrozenEncoder.Freeze(metadata, weights));
        return embedder.Embed(pictures);
    }

    public static Tensor Flip(Tensor picture) =>
        Apply(picture, values => PixelOperations.Flip(values, (int)picture.shape[2]));

    public static Tensor Brightness(Tensor picture, double factor) =>
        Apply(picture, values => PixelOperations.Brightness(values, (float)factor));

    public static Tensor Contrast(Tensor picture, double factor) =>
        Apply(picture, values => PixelOperations.Contrast(values, (float)factor));

    public static Tensor Saturation(Tensor picture, double factor) =>
        Apply(picture, values => PixelOperations.Saturation(values, (float)factor));

    public static Tensor Hue(Tensor picture, double turn) =>
        Apply(picture, values => PixelOperations.Hue(values, (float)turn));

    public static Tensor Grey(Tensor picture) => Apply(picture, values => PixelOperations.Grey(values));

    public static Tensor Solarize(Tensor picture, double threshold) =>
        Apply(picture, values => PixelOperations.Solarize(values, (float)threshold));

    public static Tensor Blur(Tensor picture, int kernel, double sigma) =>
        Apply(picture, values => PixelOperations.Blur(
            values, (int)picture.shape[2], kernel, sigma, new float[values.Length]));

    public static Tensor Rotate(Tensor picture, double degrees) =>
        Apply(picture, values => PixelOperations.Rotate(
            values, (int)picture.shape[2], degrees, new float[values.Length]));

    public static Tensor ResizedCrop(Tensor picture, (int Top, int Left, int Height, int Width) crop, int size)
    {
        var values = new float[3 * size * size];
        var box = new CropBox(crop.Top, crop.Left, crop.Height, crop.Width);
        var (height, width) = ((int)picture.shape[1], (int)picture.shape[2]);
        new Resampler(size).Resample<float>(Values(picture), height, width, box, 1, values);
        return tensor(values, [3, size, size]);
    }

    public static Tensor Normalize(Tensor picture)
    {
        var values = new float[picture.numel()];
        Normalization.ImageNet.WriteChannelsLast(Values(picture), values);
        return tensor(values, [picture.shape[1], picture.shape[2], 3]).permute(2, 0, 1);
    }

    /// <summary>
    /// Height and width of crops of a square picture that have this part of its area and this aspect.
    /// </summary>
    public static (int Height, int Width)[] DrawCrops(int side, double area, double aspect, int count)
    {
        var recipe = new ByolViewRecipe { CropAreaMinimum = area, CropAreaMaximum = area, CropAspect = aspect };
        var augmenter = new ViewAugmenter(recipe, 32, Normalization.ImageNet);
        return [.. Enumerable.Range(0, count)
            .Select(image => augmenter.DrawCrop(side, RandomStream.For(RandomPurpose.View, 1, 0, image)))
            .Select(crop => (crop.Height, crop.Width))];
    }

    public static float[] Values(Tensor tensor) =>
        tensor.detach().to(float32).contiguous().data<float>().ToArray();

    private static EncoderArchitecture Architecture(string backbone) =>
        new(ByolBackbone.FindBuiltIn(backbone)!, ByolStem.Standard, 1);

    private static Tensor Apply(Tensor picture, Action<float[]> operation)
    {
        var values = Values(picture);
        operation(values);
        return tensor(values, picture.shape);
    }
}
