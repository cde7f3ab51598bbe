using System.Globalization;
using Byol.MLNet.Progress;

namespace Byol.MLNet.Pretraining.Monitoring;

/// <summary>
/// Ends a fit whose encoder gives nearly the same output for every image: on several checks in a row after a warm-up,
/// or on one at the run's last step, however short the run is.
/// </summary>
internal sealed class CollapseMonitor(long totalSteps)
{
    /// <summary>Steps from one check to the next.</summary>
    public const int StepsBetweenChecks = 10;

    private const int ChecksInARow = 3;

    private readonly long _warmup = Math.Min(100, totalSteps / 10);

    /// <summary>Checks that failed in a row.</summary>
    public int Failures { get; set; }

    public bool IsDue(long step) => step % StepsBetweenChecks == 0 && step > _warmup;

    /// <exception cref="ByolCollapseException">The encoder has collapsed.</exception>
    public void Check(long step, double variance, double spread)
    {
        Failures = Collapse.Is(variance, spread) ? Failures + 1 : 0;
        if (Failures >= ChecksInARow)
        {
            throw Error(step, totalSteps, variance, spread, $"on {ChecksInARow} checks in a row");
        }
    }

    /// <summary>Checks the report of a run's last step.</summary>
    /// <exception cref="ByolCollapseException">The encoder has collapsed.</exception>
    public static void CheckEnd(ByolProgress last)
    {
        if (Collapse.Is(last.FeatureVariance, last.NormalizedSpread))
        {
            throw Error(
                last.Step, last.TotalSteps, last.FeatureVariance, last.NormalizedSpread, "at the end of the run");
        }
    }

    private static ByolCollapseException Error(
        long step, long totalSteps, double variance, double spread, string when) =>
        new(
        step,
        variance,
        spread,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The encoder collapsed: at step {step} of {totalSteps} the feature variance was {variance:G3} "
            + $"(collapsed below {Collapse.MinimumVariance:G1}) and the normalised spread {spread:F3} "
            + $"(collapsed below {Collapse.MinimumSpread}), {when}. Look whether the images differ from each other; "
            + $"else try a lower LearningRate, a Tau nearer to 1, a larger BatchSize "
            + $"or a larger PredictorLearningRateFactor."));
}
