using Byol.MLNet.Pretraining.Monitoring;

namespace Byol.MLNet.Pretraining;

/// <summary>How a run is judged at its end.</summary>
internal static class RunVerdict
{
    /// <summary>The verdict, which the reports end with; null where there is nothing to judge by.</summary>
    public static ByolVerdict? Conclude(
        TrainingRun run, IReadOnlyList<ByolProgress> history, ProgressReports reports)
    {
        List<ByolProgress> judged = [.. history];
        if (!run.IsAtEpochEnd && run.HasStepped)
        {
            // A run that was stopped within an epoch is judged as it stands.
            judged.Add(run.Report());
            reports.AddLast(judged[^1]);
        }
        if (judged.Count == 0)
        {
            return null;
        }
        var verdict = ByolVerdict.Of(judged);
        reports.Conclude(verdict);
        return verdict;
    }
}
