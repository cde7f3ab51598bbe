namespace Byol.Cli.Data;

/// <summary>What a saved pipeline says of an image.</summary>
/// <param name="Image">The file.</param>
/// <param name="Label">The predicted label.</param>
/// <param name="Confidence">
/// The label's probability; null where the pipeline's trainer gives scores that are none.
/// </param>
internal sealed record Prediction(string Image, string Label, double? Confidence);
