using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;

namespace Byol.MLNet.Evaluation;

/// <summary>
/// Fits and scores classifiers on feature sets and splits, several at a time: ML.NET's trainers work on one thread each
/// here, so that the results do not depend on how many there are.
/// </summary>
/// <param name="seed">Seed of the trainers.</param>
/// <param name="l2Candidates">L2 weights to choose from.</param>
/// <param name="parts">The splits.</param>
/// <param name="degree">How many work at once at most; null takes one a core.</param>
internal sealed class EvaluationRun(
    int seed, IReadOnlyList<float> l2Candidates, IReadOnlyList<EvaluationPart> parts, int? degree = null)
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
        // libtorch has threads of its own, and its head is not made for several at once.
        var apart = jobs.ToLookup(job => job.Classifier == ByolClassifier.Walkthrough);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Degree(), CancellationToken = cancellationToken };
        try
        {
            Parallel.ForEach(Partitioner.Create(apart[false], EnumerablePartitionerOptions.NoBuffering), options, Do);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        foreach (var job in apart[true])
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
        var (train, test) = (part.TrainRows(job.Features), part.TestRows(job.Features));
        return job.Classifier switch
        {
            ByolClassifier.Knn => WeightedKnn.Votes(
                train.Features,
                train.Classes,
                test.Features,
                train.ClassCount,
                WeightedKnn.NeighboursFor(train.Features.Count)),
            ByolClassifier.Walkthrough => new WalkthroughHead(seed).Probabilities(
                job.Features, part.Train, train.Classes, part.Test, train.ClassCount),
            _ => new LinearClassifier(seed, l2Candidates).Probabilities(job.Classifier, train, test),
        };
    }

    // The longest first, so that none is left over for one core at the end.
    private long Cost(EvaluationJob job) => (job.Classifier switch
    {
        ByolClassifier.Lbfgs => 8,
        ByolClassifier.Sdca or ByolClassifier.LightGbm => 2,
        _ => 1,
    }) * (long)parts[job.Split].Train[job.Features][0].Length;

    private int Degree()
    {
        var values = parts.Max(
            part => (long)part.Train.Count * FeatureSets.Names.Max(name => part.Train[name][0].Length));
        return (int)Math.Clamp(CopiesBytes / (sizeof(float) * values), 1, degree ?? Environment.ProcessorCount);
    }
}

/// <summary>One classifier on one feature set of one split.</summary>
/// <param name="Classifier">The classifier.</param>
/// <param name="Features">The feature set.</param>
/// <param name="Split">The split, from 0.</param>
internal readonly record struct EvaluationJob(ByolClassifier Classifier, string Features, int Split);
