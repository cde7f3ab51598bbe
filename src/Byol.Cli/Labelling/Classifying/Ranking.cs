namespace Byol.Cli.Labelling.Classifying;

/// <summary>What a classifier says of every image.</summary>
/// <param name="Predicted">The number of the class that it predicts.</param>
/// <param name="Confidence">That class's probability.</param>
/// <param name="Margin">How far that is above the next class's.</param>
internal sealed record Ranking(
    IReadOnlyList<int> Predicted, IReadOnlyList<float> Confidence, IReadOnlyList<float> Margin);
