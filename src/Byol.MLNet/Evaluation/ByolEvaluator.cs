using Byol.MLNet.Augmentation;
using Byol.MLNet.Evaluation;

namespace Byol.MLNet;

/// <summary>
/// Linear and nearest-neighbour evaluation of frozen features (Grill et al. 2020, appendix C.1), always on three feature sets side by
/// side. Features are standardised on the training rows; no choice is ever made on test rows.
/// </summary>
public sealed class ByolEvaluator
{
    private const double TrainFraction = 0.7;

    private readonly int _seed;
    private readonly IReadOnlyList<float> _l2Candidates;

    /// <summary>Creates an evaluator.</summary>
    /// <param name="seed">Seed of splits and trainers.</param>
    /// <param name="l2Candidates">L2 weights that <see cref="ByolClassifier.Lbfgs"/> chooses from on a part of the training rows; null takes 1, 10, … 10,000.</param>
    /// <exception cref="ArgumentException">There are no candidates.</exception>
    public ByolEvaluator(int seed = 0, IReadOnlyList<float>? l2Candidates = null)
    {
        if (l2Candidates is { Count: 0 })
        {
            throw new ArgumentException("There are no L2 weights to choose from.", nameof(l2Candidates));
        }
        _seed = seed;
        _l2Candidates = l2Candidates ?? LinearClassifier.DefaultL2Candidates;
    }

    /// <summary>The L2 weights of the paper's linear evaluation on other data sets: 45 from 1e-6 to 1e5, evenly spaced in their logarithm (Grill et al. 2020, appendix D).</summary>
    public static IReadOnlyList<float> PaperL2Candidates { get; } = [.. Enumerable.Range(0, 45).Select(i => (float)Math.Pow(10, -6 + 11 * i / 44.0))];

    /// <summary>The classifiers that an evaluation runs by default, in the order that tables show them: all that need no libtorch.</summary>
    public static IReadOnlyList<ByolClassifier> DefaultClassifiers { get; } = [ByolClassifier.Knn, ByolClassifier.Lbfgs, ByolClassifier.Sdca, ByolClassifier.LightGbm];

    /// <summary>Trains on one set of images and scores on another.</summary>
    /// <param name="data">The data set's name in the rows.</param>
    /// <param name="train">Training images, the neighbours' bank.</param>
    /// <param name="test">Test images.</param>
    /// <param name="classifiers">The classifiers to run.</param>
    /// <exception cref="ArgumentException">A test label is unknown to the training images, or there is only one label.</exception>
    public IReadOnlyList<EvaluationRow> Evaluate(string data, FeatureSets train, FeatureSets test, IReadOnlyList<ByolClassifier> classifiers)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(classifiers);
        return [.. Combine(data, classifiers, (features, classifier) => [Score(features, classifier, train, test)])];
    }

    /// <summary>Trains on 70 % of each label's images and scores on the rest, over several seeded splits.</summary>
    /// <param name="data">The data set's name in the rows.</param>
    /// <param name="images">Labelled images; each label needs two or more.</param>
    /// <param name="splits">Number of splits, 1 or more.</param>
    /// <param name="classifiers">The classifiers to run.</param>
    /// <exception cref="ArgumentException">There is only one label, or a label with a single image.</exception>
    public IReadOnlyList<EvaluationRow> EvaluateSplits(string data, FeatureSets images, int splits, IReadOnlyList<ByolClassifier> classifiers)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(classifiers);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (images.Labels.GroupBy(label => label).FirstOrDefault(group => group.Count() == 1) is { } lone)
        {
            throw new ArgumentException($"Label '{lone.Key}' has a single image; a split needs two or more of each label.", nameof(images));
        }
        (FeatureSets Train, FeatureSets Test)[] parts = [.. Splits(images, splits).Select(split => (images.Select(split.Train), images.Select(split.Test)))];
        return [.. Combine(data, classifiers, (features, classifier) => [.. parts.Select(part => Score(features, classifier, part.Train, part.Test))])];
    }

    /// <summary>What a classifier on the trained encoder's features takes each test image for.</summary>
    /// <param name="train">Training images, the neighbours' bank.</param>
    /// <param name="test">Test images.</param>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="ArgumentException">A test label is unknown to the training images, or there is only one label.</exception>
    public IReadOnlyList<ByolPrediction> Predict(FeatureSets train, FeatureSets test, ByolClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        return [.. Predict(train, test, classifier, [.. Enumerable.Range(0, test.Count)])];
    }

    /// <summary>What a classifier takes the test images of each split for, over the same splits as <see cref="EvaluateSplits"/>.</summary>
    /// <param name="images">Labelled images; each label needs two or more.</param>
    /// <param name="splits">Number of splits, 1 or more.</param>
    /// <param name="classifier">The classifier.</param>
    /// <exception cref="ArgumentException">There is only one label, or a label with a single image.</exception>
    public IReadOnlyList<ByolPrediction> PredictSplits(FeatureSets images, int splits, ByolClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. Splits(images, splits).SelectMany(split => Predict(images.Select(split.Train), images.Select(split.Test), classifier, split.Test))];
    }

    private static IEnumerable<EvaluationRow> Combine(
        string data, IReadOnlyList<ByolClassifier> classifiers, Func<string, ByolClassifier, IReadOnlyList<ClassScores>> score) =>
        from classifier in classifiers
        from features in FeatureSets.Names
        let scores = score(features, classifier)
        select new EvaluationRow(
            data,
            features,
            classifier,
            scores.Average(split => split.Micro),
            scores.Average(split => split.Macro),
            scores.Average(split => split.LogLoss),
            ClassScores.Deviation([.. scores.Select(split => split.Micro)]));

    private IEnumerable<(IReadOnlyList<int> Train, IReadOnlyList<int> Test)> Splits(FeatureSets images, int count)
    {
        var classes = Classes(images, images)(images);
        return Enumerable.Range(0, count).Select(split => StratifiedSplit.Draw(classes, TrainFraction, RandomStream.For(RandomPurpose.DataSplit, _seed, split + 1)));
    }

    private IEnumerable<ByolPrediction> Predict(FeatureSets train, FeatureSets test, ByolClassifier classifier, IReadOnlyList<int> positions)
    {
        string[] labels = [.. train.Labels.Distinct().Order(StringComparer.Ordinal)];
        return Probabilities(FeatureSets.Trained, classifier, train, test)
            .Select((scores, i) => new ByolPrediction(positions[i], labels[Array.IndexOf(scores, scores.Max())]));
    }

    private ClassScores Score(string features, ByolClassifier classifier, FeatureSets train, FeatureSets test) =>
        ClassScores.Of(Probabilities(features, classifier, train, test), Classes(train, test)(test));

    private IReadOnlyList<double[]> Probabilities(string features, ByolClassifier classifier, FeatureSets train, FeatureSets test)
    {
        var classes = Classes(train, test);
        var (trainClasses, testClasses) = (classes(train), classes(test));
        var count = trainClasses.Max() + 1;
        if (classifier == ByolClassifier.Knn)
        {
            return WeightedKnn.Votes(train[features], trainClasses, test[features], count, WeightedKnn.NeighboursFor(train.Count));
        }
        if (classifier == ByolClassifier.Walkthrough)
        {
            return new WalkthroughHead(_seed).Probabilities(features, train, trainClasses, test, count);
        }
        return new LinearClassifier(_seed, _l2Candidates).Probabilities(
            classifier,
            new LabelledVectors(train[features], trainClasses, count),
            new LabelledVectors(test[features], testClasses, count));
    }

    private static Func<FeatureSets, IReadOnlyList<int>> Classes(FeatureSets train, FeatureSets test)
    {
        var indices = train.Labels.Distinct().Order(StringComparer.Ordinal).Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        if (indices.Count < 2)
        {
            throw new ArgumentException($"The training images have the single label '{train.Labels[0]}'; an evaluation needs two or more.", nameof(train));
        }
        if (test.Labels.FirstOrDefault(label => !indices.ContainsKey(label)) is { } unknown)
        {
            throw new ArgumentException($"Test label '{unknown}' is not among the training images' labels.", nameof(test));
        }
        return images => [.. images.Labels.Select(label => indices[label])];
    }
}
