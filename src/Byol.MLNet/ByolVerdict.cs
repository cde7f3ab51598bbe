using System.Globalization;
using Byol.MLNet.Monitoring;

namespace Byol.MLNet;

/// <summary>What a training's figures say.</summary>
public enum ByolTrainingState
{
    /// <summary>Features stay spread out, views of one image are told from others, and the loss has levelled.</summary>
    Learning,

    /// <summary>As <see cref="Learning"/>, but the loss was still falling at the end, or the run was stopped before it.</summary>
    NotConverged,

    /// <summary>Outputs of different images are growing alike.</summary>
    Collapsing,

    /// <summary>All images get nearly the same output.</summary>
    Collapsed,

    /// <summary>The loss was no longer a finite number.</summary>
    Diverged,
}

/// <summary>A verdict in words on a training, from its reports alone.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Explanation">Why, in a sentence or two, with the figures.</param>
public sealed record ByolVerdict(ByolTrainingState State, string Explanation)
{
    // Between healthy (1) and collapsed (0.1): below it a run rarely recovers.
    private const double LowSpread = 0.3;
    private const double LowMargin = 0.1;
    private const double StillFalling = 0.03;

    /// <summary>Judges a training.</summary>
    /// <param name="progress">Its reports, in order; at least one unless it failed.</param>
    /// <param name="failure">What ended it early, where something did.</param>
    /// <exception cref="ArgumentException">There is neither a report nor a failure.</exception>
    public static ByolVerdict Of(IReadOnlyList<ByolProgress> progress, Exception? failure = null)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return failure switch
        {
            ByolCollapseException => new(ByolTrainingState.Collapsed, failure.Message),
            ByolDivergenceException => new(ByolTrainingState.Diverged, failure.Message),
            _ => progress.Count > 0 ? OfFigures(progress) : throw new ArgumentException("There is neither a report nor a failure to judge by.", nameof(progress)),
        };
    }

    /// <summary>The state in words, then why.</summary>
    public override string ToString() => $"{Words(State)}. {Explanation}";

    internal static string Words(ByolTrainingState state) => state switch
    {
        ByolTrainingState.NotConverged => "Learning, not converged",
        _ => state.ToString(),
    };

    private static ByolVerdict OfFigures(IReadOnlyList<ByolProgress> progress)
    {
        var last = progress[^1];
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"Loss {progress[0].Loss:F3} → {last.Loss:F3}; cosine of the same image {last.PositiveSimilarity:F2}, of different images {last.NegativeSimilarity:F2}; spread {last.NormalizedSpread:F2} (1 is healthy, 0 collapsed); effective rank {last.EffectiveRank:F0} of {last.Eigenvalues.Count}.");
        if (CollapseMonitor.IsCollapsed(last.FeatureVariance, last.NormalizedSpread))
        {
            return new(ByolTrainingState.Collapsed, $"All images get nearly the same output. {figures}");
        }
        if (last.NormalizedSpread < LowSpread || Margin(last) < LowMargin && progress.Max(Margin) >= LowMargin)
        {
            return new(ByolTrainingState.Collapsing, $"Outputs of different images are growing as alike as views of one. {figures}");
        }
        if (Margin(last) < LowMargin)
        {
            return new(ByolTrainingState.NotConverged, $"Views of one image are hardly told from other images yet: the run was too short. {figures}");
        }
        if (last.Step < last.TotalSteps)
        {
            return new(ByolTrainingState.NotConverged, string.Create(CultureInfo.InvariantCulture, $"The run was stopped after {last.Step} of {last.TotalSteps} steps. {figures}"));
        }
        return RecentFall(progress) is var fall && fall > StillFalling
            ? new(ByolTrainingState.NotConverged, string.Create(CultureInfo.InvariantCulture, $"The loss fell by {100 * fall:F0} % over the last quarter of the run, so a longer one should learn more. {figures}"))
            : new(ByolTrainingState.Learning, figures);
    }

    private static double Margin(ByolProgress report) => report.PositiveSimilarity - report.NegativeSimilarity;

    private static double RecentFall(IReadOnlyList<ByolProgress> progress)
    {
        var end = progress[^1];
        var before = progress.LastOrDefault(report => report.Step <= 0.75 * end.Step);
        return before is null ? 0 : (before.Loss - end.Loss) / before.Loss;
    }
}
