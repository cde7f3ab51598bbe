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
        return Rows(data, EvaluationParts.Of(train, test), classifiers, progress, cancellationToken);
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
        var parts = EvaluationParts.Splits(images, splits, _settings.Seed);
        return Rows(data, parts, classifiers, progress, cancellationToken);
    }

    /// <summary>
    /// Trains on a few images of each label, drawn several times, as where labels are dear: the accuracies' mean and
    /// deviation are over the draws.
    /// </summary>
    /// <param name="data">The data set's name in the rows.</param>
    /// <param name="train">Images to draw from.</param>
    /// <param name="test">Test images; null tests on all that a draw has left.</param>
    /// <param name="imagesPerLabel">Training images of each label, 1 or more.</param>
    /// <param name="draws">Number of draws, 1 or more.</param>
    /// <param name="classifiers">The classifiers to run.</param>
    /// <param name="progress">Receives what begins and ends; null reports nothing.</param>
    /// <param name="cancellationToken">Stops after the classifiers that are at work.</param>
    /// <exception cref="ArgumentException">
    /// There is only one label, a label has too few images, or a test label is unknown to the training images.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<EvaluationRow> EvaluateFewLabels(
        string data,
        FeatureSets train,
        FeatureSets? test,
        int imagesPerLabel,
        int draws,
        IReadOnlyList<ByolClassifier> classifiers,
        IProgress<ByolEvaluationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(classifiers);
        var parts = EvaluationParts.FewLabels(train, test, imagesPerLabel, draws, _settings.Seed);
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
        return Predict(EvaluationParts.Of(train, test), classifier);
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
        return Predict(EvaluationParts.Splits(images, splits, _settings.Seed), classifier);
    }

    private IReadOnlyList<EvaluationRow> Rows(
        string data,
        IReadOnlyList<EvaluationPart> parts,
        IReadOnlyList<ByolClassifier> classifiers,
        IProgress<ByolEvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        var sets = EvaluationParts.Sets(parts.SelectMany(part => (FeatureSets[])[part.Train, part.Test]));
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

    private IReadOnlyList<ByolPrediction> Predict(IReadOnlyList<EvaluationPart> parts, ByolClassifier classifier)
    {
        var probabilities = new EvaluationRun(_settings, parts).Probabilities([classifier], [FeatureSets.Trained]);
        return
        [
            .. from part in parts.Index()
               from row in probabilities[new EvaluationJob(classifier, FeatureSets.Trained, part.Index)].Index()
               select Predict(part.Item, part.Item.TestPositions[row.Index], row.Item),
        ];
    }

    private static ByolPrediction Predict(EvaluationPart part, int position, double[] scores)
    {
        var predicted = ClassScores.Predicted(scores);
        return new ByolPrediction(position, part.Labels.Labels[predicted]) { Confidence = scores[predicted] };
    }
}
