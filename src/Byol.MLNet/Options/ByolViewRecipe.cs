using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>How the two views of an image are drawn (Grill et al. 2020, appendix B), and at which size.</summary>
/// <remarks>Part of a <see cref="ByolRecipe"/>.</remarks>
public sealed record ByolViewRecipe : IRecipePart
{
    /// <summary>Smallest crop, as a fraction of the image's area.</summary>
    /// <value>The default value is 0.2. Range: above 0 to 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double CropAreaMinimum { get; init; } = 0.2;

    /// <summary>Largest crop, as a fraction of the image's area.</summary>
    /// <value>The default value is 1. Range: above 0 to 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double CropAreaMaximum { get; init; } = 1;

    /// <summary>
    /// Part of the run, at its start, in which all views are S/2 pixels wide, at a quarter of the cost: a first, coarse
    /// encoder. S must be even.
    /// </summary>
    /// <value>The default value is 0.75. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double HalfSizeFraction { get; init; } = 0.75;

    /// <summary>A crop's width over its height is drawn, uniformly in its logarithm, between 1/this and this.</summary>
    /// <value>The default value is 4/3. Range: 1 to 10.</value>
    [Range(1.0, 10.0)]
    public double CropAspect { get; init; } = 4.0 / 3;

    /// <summary>Probability of mirroring left and right.</summary>
    /// <value>The default value is 0.5. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double FlipProbability { get; init; } = 0.5;

    /// <summary>
    /// The view is rotated by up to this many degrees either way about its centre; 0 does not rotate.
    /// </summary>
    /// <value>The default value is 0. Range: 0 to 180.</value>
    [Range(0.0, 180.0)]
    public double RotationDegrees { get; init; }

    /// <summary>Probability of colour jitter: the four operations below, in an order drawn per view.</summary>
    /// <value>The default value is 0.8. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double JitterProbability { get; init; } = 0.8;

    /// <summary>Brightness is multiplied by a factor between 1 − this and 1 + this.</summary>
    /// <value>The default value is 0.4. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Brightness { get; init; } = 0.4;

    /// <summary>Contrast about the mean grey is multiplied by a factor between 1 − this and 1 + this.</summary>
    /// <value>The default value is 0.4. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Contrast { get; init; } = 0.4;

    /// <summary>Saturation is multiplied by a factor between 1 − this and 1 + this.</summary>
    /// <value>The default value is 0.2. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Saturation { get; init; } = 0.2;

    /// <summary>Hue is turned by up to this part of the colour circle either way.</summary>
    /// <value>The default value is 0.1. Range: 0 to 0.5.</value>
    [Range(0.0, 0.5)]
    public double Hue { get; init; } = 0.1;

    /// <summary>Probability of turning the view grey.</summary>
    /// <value>The default value is 0.2. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double GreyProbability { get; init; } = 0.2;

    /// <summary>Probability of Gaussian blur with a kernel a tenth of the view's side.</summary>
    /// <value>The default value is 0.1. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BlurProbability { get; init; } = 0.1;

    /// <summary>The same for the second view, where that differs; null takes <see cref="BlurProbability"/>.</summary>
    /// <value>The default value is null. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double? SecondBlurProbability { get; init; }

    /// <summary>Smallest σ of the blur, in pixels.</summary>
    /// <value>The default value is 0.1. Range: above 0 to 100.</value>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double BlurSigmaMinimum { get; init; } = 0.1;

    /// <summary>Largest σ of the blur, in pixels.</summary>
    /// <value>The default value is 2. Range: above 0 to 100.</value>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double BlurSigmaMaximum { get; init; } = 2;

    /// <summary>Probability of solarising: values of one half and above are inverted.</summary>
    /// <value>The default value is 0. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double SolarizeProbability { get; init; }

    /// <summary>
    /// The same for the second view, where that differs; null takes <see cref="SolarizeProbability"/>.
    /// </summary>
    /// <value>The default value is null. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double? SecondSolarizeProbability { get; init; }
}
