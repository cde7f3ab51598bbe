namespace Byol.Samples.Web.Models;

/// <summary>What a model says of a picture.</summary>
internal sealed record Prediction(IReadOnlyList<string> Classes, float[] Scores, float[] Embedding)
{
    // How far rounding may take probabilities from a sum of one.
    private const double Tolerance = 1e-3;

    public string Label => Classes[Scores.IndexOf(Scores.Max())];

    /// <summary>The probability of the label, or null where the trainer's scores are none.</summary>
    public float? Confidence =>
        Scores.All(score => score >= 0) && Math.Abs(Scores.Sum(score => (double)score) - 1) < Tolerance
            ? Scores.Max()
            : null;

    public IEnumerable<(string Label, float Score)> Best(int count) =>
        Classes.Zip(Scores).OrderByDescending(score => score.Second).Take(count);
}
