using System.Globalization;

namespace Byol.MLNet.Monitoring;

/// <summary>Ends a fit whose encoder gives nearly the same output for every image, on several checks in a row after a warm-up.</summary>
internal sealed class CollapseMonitor(long totalSteps)
{
    public const double MinimumVariance = 1e-4;
    public const double MinimumSpread = 0.1;

    public const int StepsBetweenChecks = 10;

    private const int ChecksInARow = 3;

    private readonly long _warmup = Math.Min(100, totalSteps / 10);

    /// <summary>Checks that failed in a row.</summary>
    public int Failures { get; set; }

    public bool IsDue(long step) => step % StepsBetweenChecks == 0 && step > _warmup;

    /// <exception cref="ByolCollapseException">The encoder has collapsed.</exception>
    public void Check(long step, double variance, double spread)
    {
        Failures = variance < MinimumVariance || spread < MinimumSpread || double.IsNaN(variance) ? Failures + 1 : 0;
        if (Failures >= ChecksInARow)
        {
            throw new ByolCollapseException(step, variance, spread, string.Create(
                CultureInfo.InvariantCulture,
                $"The encoder collapsed: at step {step} of {totalSteps} the feature variance was {variance:G3} (collapsed below {MinimumVariance:G1}) and the normalised spread {spread:F3} (collapsed below {MinimumSpread}), on {ChecksInARow} checks in a row. Try a lower LearningRate, a Tau nearer to 1, a larger BatchSize or a larger PredictorLearningRateFactor."));
        }
    }
}
