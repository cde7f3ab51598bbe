namespace Byol.MLNet;

/// <summary>What a classifier took an image for.</summary>
/// <param name="Image">The image's position in its <see cref="FeatureSets"/>.</param>
/// <param name="Label">The label that the classifier gave it.</param>
public sealed record ByolPrediction(int Image, string Label);
