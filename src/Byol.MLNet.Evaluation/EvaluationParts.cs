using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Evaluation;

/// <summary>The ways to draw training and test images.</summary>
internal static class EvaluationParts
{
    private const double TrainFraction = 0.7;

    /// <summary>All images of both.</summary>
    public static IReadOnlyList<EvaluationPart> Of(FeatureSets train, FeatureSets test)
    {
        RequireSameEncoder(train, test);
        return [new EvaluationPart(train, test)];
    }

    /// <summary>70 % of each label's images to train on, the rest to test on, several times.</summary>
    /// <exception cref="ArgumentException">A label has a single image, or there is only one, or no split.</exception>
    public static IReadOnlyList<EvaluationPart> Splits(FeatureSets images, int splits, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (LabelIndex.FirstSingle(images.Labels) is { } lone)
        {
            throw new ArgumentException(
                $"Label '{lone}' has a single image; a split needs two or more of each label.", nameof(images));
        }
        return Draw(images, null, splits, seed, (classes, random) =>
            StratifiedSplit.Draw(classes, TrainFraction, random));
    }

    /// <summary>So many of each label's images to train on, several times; the rest, or <paramref name="test"/>, to
    /// test on.</summary>
    /// <exception cref="ArgumentException">A label has too few images, or there is only one, or no draw.</exception>
    public static IReadOnlyList<EvaluationPart> FewLabels(
        FeatureSets train, FeatureSets? test, int imagesPerLabel, int draws, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imagesPerLabel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        RequireSameEncoder(train, test ?? train);
        var needed = test is null ? imagesPerLabel + 1 : imagesPerLabel;
        foreach (var (label, count) in train.Labels.CountBy(label => label).Where(label => label.Value < needed))
        {
            throw new ArgumentException(
                $"Label '{label}' has {Counted.Text(count, "image")}; "
                + $"{imagesPerLabel} to train on{(test is null ? " and one to test on" : "")} need {needed}.",
                nameof(train));
        }
        return Draw(train, test, draws, seed, (classes, random) =>
            StratifiedSplit.Draw(classes, imagesPerLabel, random));
    }

    /// <summary>The feature sets that all of them have.</summary>
    public static IReadOnlyList<string> Sets(IEnumerable<FeatureSets> images) =>
        [.. FeatureSets.Names.Where(name => images.All(part => part.Sets.Contains(name)))];

    private static EvaluationPart[] Draw(
        FeatureSets images,
        FeatureSets? test,
        int count,
        int seed,
        Func<IReadOnlyList<int>, RandomStream, (IReadOnlyList<int> Train, IReadOnlyList<int> Test)> draw)
    {
        var classes = new LabelIndex(images.Labels).NumbersOf(images.Labels);
        return
        [
            .. from number in Enumerable.Range(1, count)
               let rows = draw(classes, RandomStream.For(RandomPurpose.DataSplit, seed, number))
               let train = images.Select(rows.Train)
               select test is null
                   ? new EvaluationPart(train, images.Select(rows.Test)) { TestPositions = rows.Test }
                   : new EvaluationPart(train, test),
        ];
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
        if ((train.Extractor.ImageNetSize, test.Extractor.ImageNetSize) is (int one, int other) && one != other)
        {
            throw new ArgumentException(
                $"The ImageNet network saw the training images at {one} px and the test images at {other} px; "
                + "extract both with the same imageNetSize.",
                nameof(test));
        }
    }
}
