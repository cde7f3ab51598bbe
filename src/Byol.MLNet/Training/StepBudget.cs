using System.Diagnostics;

namespace Byol.MLNet.Training;

/// <summary>Fits a number of steps to a time.</summary>
internal static class StepBudget
{
    private const int WarmupSteps = 3;
    private const int MeasuredSteps = 7;

    // Steps measured at the start are a little quicker than those of a long run beside checkpoints and reports.
    private const double Margin = 0.97;

    /// <summary>Steps that fit in the time, at least one, from some that the action takes for the purpose.</summary>
    public static long Fit(TimeSpan time, Action step)
    {
        var start = Stopwatch.GetTimestamp();
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
        var left = time - Stopwatch.GetElapsedTime(start);
        return Math.Max((long)(Margin * left.TotalSeconds / seconds[MeasuredSteps / 2]), 1);
    }
}
