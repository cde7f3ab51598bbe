using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Evaluation;

/// <summary>
/// Linear and nearest-neighbour evaluation of frozen features (Grill et al. 2020, appendix C.1), always on several
/// feature sets side by side. Features are standardised on the training rows; no choice is ever made on test rows.
/// </summary>
public sealed class ByolEvaluator
{
    private const double TrainFraction = 0.7;

    private readonly ClassifierSettings _settings;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="seed">Seed of splits and trainers.</param>
    /// <param name="l2Candidates">
    /// L2 weights that <see cref="ByolClassifier.Lbfgs"/> chooses from on a part of the training rows; null takes 1,
    /// 10, … 10,000.
    /// </param>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    public ByolEvaluator(int seed = 0, IReadOnlyList<float>? l2Candidates = null)
    {
        if (l2Candidates is { Count: 0 })
        {
            throw new ArgumentException("There are no L2 weights to choose from.", nameof(l2Candidates));
        }
        _settings = new ClassifierSettings(seed);
        _settings = l2Candidates is null ? _settings : _settings with { L2Candidates = l2Candidates };
    }

    /// <summary>
    /// The L2 weights of the paper's linear evaluation on other data sets: 45 from 1e-6 to 1e5, evenly spaced in their
    /// logarithm (Grill et al. 2020, appendix D).
    /// </summary>
    public static IReadOnlyList<float> PaperL2Candidates { get; } =
        [.. Enumerable.Range(0, 45).Select(i => (float)Math.Pow(10, -6 + 11 * i / 44.0))];

    /// <summary>
    /// The classifiers that an evaluation runs by default, in the order that tables show them: all that need no
    /// libtorch.
    /// </summary>
    public static IReadOnlyList<ByolClassifier> DefaultClassifiers { get; } =
        [.. ClassifierList.Evaluated.Where(classifier => classifier.IsDefault).Select(classifier => classifier.Id)];

    /// <summary>
    /// Splits that an evaluation takes minutes for, not more: 10 of fewer than 1,000 images, whose accuracy varies most
    /// from split to split, else 3.
    /// </summary>
    /// <param name="images">Number of images.</param>
    public static int DefaultSplits(int images) => images < 1000 ? 10 : 3;

    /// <summary>Trains on one set of images and scores on another.</summary>
    /// <param name="data">The data set's name in the rows.</param>
    /// <param name="train">Training images, the neighbours' bank.</param>
    /// <param name="test">Test images.</param>
    /// <param name="classifiers">The classifiers to run.</param>
    /// <param name="progress">Receives what begins and ends; null reports nothing.</param>
    /// <param name="cancellationToken">Stops after the classifiers that are at work.</param>
    /// <exception cref="ArgumentException">
    /// A test label is unknown to the training images, or there is only one label.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<EvaluationRow> Evaluate(
        string data,
        FeatureSets train,
        FeatureSets test,
        IReadOnlyList<ByolClassifier> classifiers,
        IProgress<ByolEvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(classifiers);
        RequireSameEncoder(train, test);
        return Rows(data, [new EvaluationPart(train, test)], classifiers, progress, cancellationToken);
    }

    /// <summary>Trains on 70 % of each label's images and scores on the rest, over several seeded splits.</summary>
    /// <param name="data">The data set's name in the rows.</param>
    /// <param name="images">Labelled images; each label needs two or more.</param>
    /// <param name="splits">
    /// Number of splits, 1 or more; <see cref="DefaultSplits"/> has a number that fits the images.
    /// </param>
    /// <param name="classifiers">The classifiers to run.</param>
    /// <param name="progress">Receives what begins and ends; null reports nothing.</param>
    /// <param name="cancellationToken">Stops after the classifiers that are at work.</param>
    /// <exception cref="ArgumentException">There is only one label, or a label with a single image.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<EvaluationRow> EvaluateSplits(
        string data,
        FeatureSets images,
        int splits,
        IReadOnlyList<ByolClassifier> classifiers,
        IProgress<ByolEvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(classifiers);
        RequireSplits(images, splits);
        EvaluationPart[] parts = [.. Splits(images, splits).Select(split => Part(images, split))];
        return Rows(data, parts, classifiers, progress, cancellationToken);
    }

    /// <summary>What a classifier on the trained encoder's features predicts for each test image.</summary>
    /// <param name="train">Training images, the neighbours' bank.</param>
    /// <param name="test">Test images.</param>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="ArgumentException">
    /// A test label is unknown to the training images, or there is only one label.
    /// </exception>
    public IReadOnlyList<ByolPrediction> Predict(FeatureSets train, FeatureSets test, ByolClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        RequireSameEncoder(train, test);
        return Predict([new EvaluationPart(train, test)], classifier, [[.. Enumerable.Range(0, test.Count)]]);
    }

    /// <summary>
    /// What a classifier predicts for the test images of each split, over the same splits as <see
    /// cref="EvaluateSplits"/>.
    /// </summary>
    /// <param name="images">Labelled images; each label needs two or more.</param>
    /// <param name="splits">Number of splits, 1 or more.</param>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="ArgumentException">
    /// There is only one label, or a label with a single image, or no split.
    /// </exception>
    public IReadOnlyList<ByolPrediction> PredictSplits(FeatureSets images, int splits, ByolClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(images);
        RequireSplits(images, splits);
        (IReadOnlyList<int> Train, IReadOnlyList<int> Test)[] drawn = [.. Splits(images, splits)];
        return Predict(
            [.. drawn.Select(split => Part(images, split))], classifier, [.. drawn.Select(split => split.Test)]);
    }

    private static void RequireSplits(FeatureSets images, int splits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (LabelIndex.FirstSingle(images.Labels) is { } lone)
        {
            throw new ArgumentException(
                $"Label '{lone}' has a single image; a split needs two or more of each label.", nameof(images));
        }
    }

    private static void RequireSameEncoder(FeatureSets train, FeatureSets test)
    {
        foreach (var name in Sets([train, test]))
        {
            if (train.Count > 0 && test.Count > 0 && train[name][0].Length != test[name][0].Length)
            {
                throw new ArgumentException(
                    $"The training images have {train[name][0].Length} values of '{name}' each, the test images "
                    + $"{test[name][0].Length}: they were embedded by different encoders.",
                    nameof(test));
            }
        }
    }

    // Those that all images have.
    private static IReadOnlyList<string> Sets(IEnumerable<FeatureSets> images) =>
        [.. FeatureSets.Names.Where(name => images.All(part => part.Sets.Contains(name)))];

    private IReadOnlyList<EvaluationRow> Rows(
        string data,
        IReadOnlyList<EvaluationPart> parts,
        IReadOnlyList<ByolClassifier> classifiers,
        IProgress<ByolEvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var sets = Sets(parts.SelectMany(part => (FeatureSets[])[part.Train, part.Test]));
        var probabilities = new EvaluationRun(_settings, parts)
            .Probabilities(classifiers, sets, progress, cancellationToken);
        return
        [
            .. from classifier in classifiers
               from features in sets
               let jobs = parts.Select((_, split) => new EvaluationJob(classifier, features, split))
               let scores = jobs.Zip(parts, Score).ToArray()
               select new EvaluationRow(
                   data,
                   features,
                   classifier,
                   scores.Average(split => split.MicroAccuracy),
                   scores.Average(split => split.MacroAccuracy),
                   scores.Average(split => split.LogLoss),
                   Statistics.SampleDeviation([.. scores.Select(split => split.MicroAccuracy)])),
        ];

        ClassScores Score(
            EvaluationJob job, EvaluationPart part) => ClassScores.Of(probabilities[job], part.TestClasses);
    }

    private IReadOnlyList<ByolPrediction> Predict(
        IReadOnlyList<EvaluationPart> parts, ByolClassifier classifier, IReadOnlyList<IReadOnlyList<int>> positions)
    {
        var probabilities = new EvaluationRun(_settings, parts).Probabilities([classifier], [FeatureSets.Trained]);
        return
        [
            .. from part in parts.Index()
               from row in probabilities[new EvaluationJob(classifier, FeatureSets.Trained, part.Index)].Index()
               select Predict(part.Item, positions[part.Index][row.Index], row.Item),
        ];
    }

    private static ByolPrediction Predict(EvaluationPart part, int position, double[] scores)
    {
        var predicted = ClassScores.Predicted(scores);
        return new ByolPrediction(position, part.Labels.Labels[predicted]) { Confidence = scores[predicted] };
    }

    private static EvaluationPart Part(FeatureSets images, (IReadOnlyList<int> Train, IReadOnlyList<int> Test) split) =>
        new(images.Select(split.Train), images.Select(split.Test));

    private IEnumerable<(IReadOnlyList<int> Train, IReadOnlyList<int> Test)> Splits(FeatureSets images, int count)
    {
        var classes = new EvaluationPart(images, images).TrainClasses;
        return Enumerable.Range(1, count).Select(split => StratifiedSplit.Draw(
            classes, TrainFraction, RandomStream.For(RandomPurpose.DataSplit, _settings.Seed, split)));
    }
}
