using System.Diagnostics;

namespace Byol.MLNet.Training;

/// <summary>Fits a number of steps to a time.</summary>
internal static class StepBudget
{
    private const int WarmupSteps = 3;
    private const int MeasuredSteps = 7;

    /// <summary>Steps that a measurement takes.</summary>
    public const int StepsToMeasure = WarmupSteps + MeasuredSteps;

    // Steps measured at the start are a little quicker than those of a long run beside checkpoints and reports.
    private const double Margin = 0.97;

    /// <summary>Steps that fit in the time, at least one.</summary>
    public static long Steps(TimeSpan time, double secondsPerStep) => Math.Max((long)(Margin * time.TotalSeconds / secondsPerStep), 1);

    /// <summary>The median of some steps that the action takes for the purpose.</summary>
    public static double SecondsPerStep(Action step)
    {
        for (var i = 0; i < WarmupSteps; i++)
        {
            step();
        }
        var seconds = new double[MeasuredSteps];
        for (var i = 0; i < MeasuredSteps; i++)
        {
            var before = Stopwatch.GetTimestamp();
            step();
            seconds[i] = Stopwatch.GetElapsedTime(before).TotalSeconds;
        }
        Array.Sort(seconds);
        return seconds[MeasuredSteps / 2];
    }
}
