using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Evaluation.Features;

namespace Byol.MLNet.Evaluation;

/// <summary>
/// Fits and scores classifiers on feature sets and splits, several at a time: ML.NET's trainers work on one thread each
/// here, so that the results do not depend on how many there are.
/// </summary>
/// <param name="settings">What the classifiers are made with.</param>
/// <param name="parts">The splits.</param>
/// <param name="degree">How many work at once at most; null takes one a core.</param>
internal sealed class EvaluationRun(
    ClassifierSettings settings, IReadOnlyList<EvaluationPart> parts, int? degree = null)
{
    /// <summary>Standardised copies of the training rows that may be in memory at once.</summary>
    private const long CopiesBytes = 4L << 30;

    /// <summary>Probabilities of each class for each test image, by classifier, feature set and split.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyDictionary<EvaluationJob, IReadOnlyList<double[]>> Probabilities(
        IReadOnlyList<ByolClassifier> classifiers,
        IReadOnlyList<string> features,
        IProgress<ByolEvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        EvaluationJob[] jobs =
        [
            .. from classifier in classifiers.Distinct()
               from set in features
               from split in Enumerable.Range(0, parts.Count)
               let job = new EvaluationJob(classifier, set, split)
               orderby Cost(job) descending
               select job,
        ];
        var results = new ConcurrentDictionary<EvaluationJob, IReadOnlyList<double[]>>();
        var gate = new Lock();
        var ended = 0;
        var isParallel = jobs.ToLookup(job => ClassifierList.Of(job.Classifier).IsParallel);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Degree(features),
            CancellationToken = cancellationToken,
        };
        try
        {
            Parallel.ForEach(
                Partitioner.Create(isParallel[true], EnumerablePartitionerOptions.NoBuffering), options, Do);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        foreach (var job in isParallel[false])
        {
            cancellationToken.ThrowIfCancellationRequested();
            Do(job);
        }
        return results;

        void Do(EvaluationJob job)
        {
            Report(job, isEnd: false);
            results[job] = Probabilities(job);
            Report(job, isEnd: true);
        }

        void Report(EvaluationJob job, bool isEnd)
        {
            lock (gate)
            {
                ended += isEnd ? 1 : 0;
                var (classifier, set, split) = job;
                progress?.Report(new(classifier, set, split + 1, parts.Count, isEnd, ended, jobs.Length));
            }
        }
    }

    private IReadOnlyList<double[]> Probabilities(EvaluationJob job)
    {
        var part = parts[job.Split];
        var augmented = new AugmentedFeatures(part.Train, job.Features, settings.Seed);
        return ClassifierList.Of(job.Classifier)
            .Create(settings with { AugmentedFeatures = augmented.Of })
            .Probabilities(part.TrainRows(job.Features), part.TestRows(job.Features));
    }

    // The longest first, so that none is left over for one core at the end.
    private long Cost(EvaluationJob job) =>
        (long)ClassifierList.Of(job.Classifier).Cost * parts[job.Split].Train[job.Features][0].Length;

    private int Degree(IReadOnlyList<string> features)
    {
        var values = parts.Max(
            part => (long)part.Train.Count * features.Max(name => part.Train[name][0].Length));
        return (int)Math.Clamp(CopiesBytes / (sizeof(float) * values), 1, degree ?? Environment.ProcessorCount);
    }
}

/// <summary>One classifier on one feature set of one split.</summary>
/// <param name="Classifier">The classifier.</param>
/// <param name="Features">The feature set.</param>
/// <param name="Split">The split, from 0.</param>
internal readonly record struct EvaluationJob(ByolClassifier Classifier, string Features, int Split);
