using System.Diagnostics;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Search;

/// <summary>Trains a candidate on each fold and scores it on the fold's other rows.</summary>
internal sealed class CandidateRun(TrainerCandidate candidate, ByolExperimentSettings settings, long deadline)
{
    // Further ahead a time stamp would overflow; 30 years are no limit to anybody.
    private const double FarthestSeconds = 1e9;

    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    // A timer may be early by a clock's tick, and trainers with threads of their own throw what they like when they are
    // stopped.
    private volatile bool _isStopped;

    /// <summary>The time stamp at which a search of the given length ends.</summary>
    public static long DeadlineAfter(TimeSpan time) =>
        Stopwatch.GetTimestamp() + (long)(Math.Min(time.TotalSeconds, FarthestSeconds) * Stopwatch.Frequency);

    /// <summary>The run's scores, or why it failed; null where time ran out first.</summary>
    public ByolRunDetail? Score(IReadOnlyList<Fold> folds)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var metrics = folds.Select(Score).ToArray();
            return Detail(null) with
            {
                MicroAccuracy = metrics.Average(fold => fold.MicroAccuracy),
                MacroAccuracy = metrics.Average(fold => fold.MacroAccuracy),
                Deviation = Statistics.SampleDeviation([.. metrics.Select(fold => fold.MicroAccuracy)]),
            };
        }
        catch (Exception exception) when (_isStopped || IsOutOfTime() || exception is OperationCanceledException)
        {
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // A trainer that cannot take these rows loses; the others go on.
            return Detail(exception);
        }

        ByolRunDetail Detail(Exception? failure) =>
            new(candidate.Name, candidate.Parameters, 0, 0, 0, Stopwatch.GetElapsedTime(start), failure);
    }

    private MulticlassClassificationMetrics Score(Fold fold)
    {
        if (IsOutOfTime())
        {
            throw new OperationCanceledException();
        }
        // A context for each fit: its generator then starts from the seed, and it can be stopped alone.
        var mlContext = new MLContext(settings.Seed);
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), deadline);
        var due = left < TimeSpan.Zero ? TimeSpan.Zero : left > LongestTimer ? LongestTimer : left;
        using var timer = new Timer(_ => Stop(), null, due, Timeout.InfiniteTimeSpan);
        using var registration = settings.CancellationToken.Register(Stop);
        var rows = new StandardizedRows(mlContext, fold.Train, fold.Validation);
        var model = candidate.Fit(mlContext, rows.Train, LabelledVectors.LabelName, nameof(LabelledVectors.Features));
        return mlContext.MulticlassClassification.Evaluate(model.Transform(rows.Test), LabelledVectors.LabelName);

        void Stop()
        {
            _isStopped = true;
            MLNetEnvironment.CancelExecution(mlContext);
        }
    }

    private bool IsOutOfTime() =>
        Stopwatch.GetTimestamp() >= deadline || settings.CancellationToken.IsCancellationRequested;
}
