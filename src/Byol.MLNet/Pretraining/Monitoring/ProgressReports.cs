using System.Globalization;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Pretraining.Monitoring;

/// <summary>Who asked for a run's reports.</summary>
/// <param name="Progress">The caller's own code.</param>
/// <param name="ProgressFile">A file of JSON lines.</param>
/// <param name="TensorBoardDirectory">A folder of TensorBoard's event files.</param>
internal sealed record ReportTargets(
    IProgress<ByolProgress>? Progress, string? ProgressFile, string? TensorBoardDirectory);

/// <summary>
/// Hands reports to all who asked: the log, a JSON-lines file, TensorBoard and the caller's progress. The files are
/// by-products: one that can no longer be written is given up with a warning, since the run is worth more. What the
/// caller's own code throws is the caller's.
/// </summary>
internal sealed class ProgressReports : IDisposable
{
    private readonly ITrainingLog _log;
    private readonly IProgress<ByolProgress>? _progress;
    private readonly List<(string Name, IReportFile File)> _files = [];
    private ByolProgress? _last;

    /// <param name="targets">Who asked.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="IOException">The file or the folder cannot be written.</exception>
    public ProgressReports(ReportTargets targets, ITrainingLog log)
    {
        _log = log;
        _progress = targets.Progress;
        if (targets.ProgressFile is { Length: > 0 } path)
        {
            _files.Add(($"{nameof(ByolOptions.ProgressFile)} '{path}'", new JsonLinesFile(path)));
        }
        if (targets.TensorBoardDirectory is { Length: > 0 } folder)
        {
            _files.Add(($"{nameof(ByolOptions.TensorBoardDirectory)} '{folder}'", new TensorBoardFile(folder)));
        }
    }

    public void Add(ByolProgress progress)
    {
        if (progress.ViewSize > _last?.ViewSize)
        {
            _log.Info(
                $"Views are {progress.ViewSize} px now, not {_last.ViewSize}: "
                + "the loss starts anew from a higher value, and a step takes longer.");
        }
        if (progress.IsEpochEnd)
        {
            _log.Info(Describe(progress));
        }
        _last = progress;
        foreach (var entry in _files.ToArray())
        {
            Write(entry.Name, entry.File, progress);
        }
        _progress?.Report(progress);
    }

    /// <summary>Adds the report of a run that was stopped, unless its step was reported.</summary>
    public void AddLast(ByolProgress progress)
    {
        if (progress.Step != _last?.Step)
        {
            Add(progress);
        }
    }

    /// <summary>Tells the log whether the run learnt.</summary>
    public void Conclude(ByolVerdict verdict)
    {
        if (verdict.State is ByolTrainingState.Learning or ByolTrainingState.NotConverged)
        {
            _log.Info($"Verdict: {verdict}");
        }
        else
        {
            _log.Warning($"Verdict: {verdict}");
        }
    }

    public void Dispose()
    {
        foreach (var (_, file) in _files)
        {
            file.Dispose();
        }
    }

    // Whatever goes wrong with the file, it is only the file: a full disk, a folder that is gone, a share that has been
    // taken away.
    private void Write(string name, IReportFile file, ByolProgress progress)
    {
        try
        {
            file.Write(progress);
        }
        catch (Exception exception)
        {
            _files.Remove((name, file));
            file.Dispose();
            _log.Warning(
                $"{name} can no longer be written and ends here, at step {progress.Step}; "
                + $"the training goes on: {exception.Message}");
        }
    }

    private static string Describe(ByolProgress progress)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {progress.Epoch}/{progress.Epochs}: loss {progress.Loss:F4}, "
            + $"feature variance {progress.FeatureVariance:G3}, spread {progress.NormalizedSpread:F2}, "
            + $"effective rank {progress.EffectiveRank:F1}, cosine {progress.PositiveSimilarity:F2} same / "
            + $"{progress.NegativeSimilarity:F2} different, τ {progress.Tau:F4}, "
            + $"learning rate {progress.LearningRate:G3}, {progress.ImagesPerSecond:F0} images/s");
        if (progress.ValidationLoss is not null)
        {
            line += string.Create(
                CultureInfo.InvariantCulture,
                $", held-out loss {progress.ValidationLoss:F4}, variance {progress.ValidationFeatureVariance:G3}");
        }
        if (progress.NeighbourAgreement is not null)
        {
            line += string.Create(
                CultureInfo.InvariantCulture, $", neighbour agreement {100 * progress.NeighbourAgreement:F1} %");
        }
        return progress.ProbeKnnAccuracy is null
            ? line
            : line + string.Create(
                CultureInfo.InvariantCulture,
                $", probe kNN {100 * progress.ProbeKnnAccuracy:F1} %, "
                + $"linear {100 * progress.ProbeLinearAccuracy:F1} %");
    }
}
