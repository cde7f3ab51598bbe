using Byol.MLNet.Foundation;
using Byol.MLNet.Images;

namespace Byol.MLNet.Views;

/// <summary>The parts of colour jitter.</summary>
internal enum JitterOperation
{
    Brightness,
    Contrast,
    Saturation,
    Hue,
}

/// <summary>
/// Draws a view of an image (Grill et al. 2020, appendix B): crop, flip, rotation, colour jitter, grey, blur, solarise,
/// in this order, every draw from the given stream. For one thread at a time.
/// </summary>
internal sealed class ViewAugmenter
{
    private readonly ByolViewRecipe _recipe;
    private readonly Normalization _normalization;
    private readonly int _blurKernel;
    private readonly Resampler _resampler;
    private readonly float[] _picture;
    private readonly float[] _scratch;

    /// <param name="recipe">How views are drawn.</param>
    /// <param name="size">Side of the views in pixels.</param>
    /// <param name="normalization">What the network's input is normalised with.</param>
    public ViewAugmenter(ByolViewRecipe recipe, int size, Normalization normalization)
    {
        _recipe = recipe;
        _normalization = normalization;
        Size = size;
        _blurKernel = BlurKernel(Size);
        _resampler = new Resampler(Size);
        _picture = new float[3 * Size * Size];
        _scratch = new float[3 * Size * Size];
    }

    /// <summary>Side of the views in pixels.</summary>
    public int Size { get; }

    /// <summary>A tenth of the view's side, odd, at least 3.</summary>
    public static int BlurKernel(int size) => Math.Max((size / 10) | 1, 3);

    /// <summary>
    /// Draws the first or second view of a K×K picture into size×size×3 normalised values, channels last.
    /// </summary>
    public void Draw(ReadOnlySpan<byte> image, int side, RandomStream random, Span<float> view, bool isSecond = false)
    {
        _resampler.Resample(image, side, DrawCrop(side, random), _picture);
        if (random.NextChance(_recipe.FlipProbability))
        {
            PixelOperations.Flip(_picture, Size);
        }
        if (_recipe.RotationDegrees > 0)
        {
            PixelOperations.Rotate(_picture, Size, _recipe.RotationDegrees * random.NextSigned(), _scratch);
        }
        if (random.NextChance(_recipe.JitterProbability))
        {
            Jitter(random);
        }
        if (random.NextChance(_recipe.GreyProbability))
        {
            PixelOperations.Grey(_picture);
        }
        if (random.NextChance((isSecond ? _recipe.SecondBlurProbability : null) ?? _recipe.BlurProbability))
        {
            var sigma = random.NextUniform(_recipe.BlurSigmaMinimum, _recipe.BlurSigmaMaximum);
            PixelOperations.Blur(_picture, Size, _blurKernel, sigma, _scratch);
        }
        if (random.NextChance((isSecond ? _recipe.SecondSolarizeProbability : null) ?? _recipe.SolarizeProbability))
        {
            PixelOperations.Solarize(_picture, 0.5f);
        }
        _normalization.WriteChannelsLast(_picture, view);
    }

    /// <summary>
    /// torchvision's random resized crop: area and aspect are drawn until they fit, at most ten times; then the whole
    /// picture.
    /// </summary>
    public CropBox DrawCrop(int side, RandomStream random)
    {
        var logAspect = Math.Log(_recipe.CropAspect);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var area = random.NextUniform(_recipe.CropAreaMinimum, _recipe.CropAreaMaximum) * side * side;
            var aspect = Math.Exp(logAspect * random.NextSigned());
            var width = (int)Math.Round(Math.Sqrt(area * aspect));
            var height = (int)Math.Round(Math.Sqrt(area / aspect));
            if (width > 0 && height > 0 && width <= side && height <= side)
            {
                return new CropBox(
                    random.NextIndex(side - height + 1), random.NextIndex(side - width + 1), height, width);
            }
        }
        return new CropBox(0, 0, side, side);
    }

    /// <summary>The order of the four colour operations, drawn anew for each view.</summary>
    public static JitterOperation[] DrawJitterOrder(RandomStream random)
    {
        var order = Enum.GetValues<JitterOperation>();
        random.Shuffle<JitterOperation>(order);
        return order;
    }

    private void Jitter(RandomStream random)
    {
        foreach (var operation in DrawJitterOrder(random))
        {
            switch (operation)
            {
                case JitterOperation.Brightness:
                    PixelOperations.Brightness(_picture, Factor(random, _recipe.Brightness));
                    break;
                case JitterOperation.Contrast:
                    PixelOperations.Contrast(_picture, Factor(random, _recipe.Contrast));
                    break;
                case JitterOperation.Saturation:
                    PixelOperations.Saturation(_picture, Factor(random, _recipe.Saturation));
                    break;
                default:
                    PixelOperations.Hue(_picture, (float)(_recipe.Hue * random.NextSigned()));
                    break;
            }
        }
    }

    private static float Factor(RandomStream random, double strength) => (float)(1 + strength * random.NextSigned());
}
