namespace Byol.MLNet.Evaluation;

/// <summary>What a classifier predicted for an image.</summary>
/// <param name="Image">The image's position in its <see cref="FeatureSets"/>.</param>
/// <param name="Label">The label that the classifier gave it.</param>
public sealed record ByolPrediction(int Image, string Label)
{
    /// <summary>The probability that the classifier gave to that label, 0 to 1; null where it is unknown.</summary>
    public double? Confidence { get; init; }
}
