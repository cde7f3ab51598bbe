using Byol.MLNet.Classifiers;

namespace Byol.MLNet.Evaluation;

/// <summary>Training and test images of one split, with the index of each one's label.</summary>
internal sealed record EvaluationPart(FeatureSets Train, FeatureSets Test)
{
    /// <summary>The labels, in the order of their indices.</summary>
    public IReadOnlyList<string> Labels { get; } = LabelsOf(Train, Test);

    public IReadOnlyList<int> TrainClasses => Classes(Train);

    public IReadOnlyList<int> TestClasses => Classes(Test);

    /// <summary>The training rows of a feature set.</summary>
    public LabelledVectors TrainRows(string features) => new(Train[features], TrainClasses, Labels.Count);

    /// <summary>The test rows of a feature set.</summary>
    public LabelledVectors TestRows(string features) => new(Test[features], TestClasses, Labels.Count);

    private IReadOnlyList<int> Classes(FeatureSets images)
    {
        var indices = Labels.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        return [.. images.Labels.Select(label => indices[label])];
    }

    private static IReadOnlyList<string> LabelsOf(FeatureSets train, FeatureSets test)
    {
        string[] labels = [.. train.Labels.Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length < 2)
        {
            throw new ArgumentException(
                $"The training images have the single label '{train.Labels[0]}'; an evaluation needs two or more.",
                nameof(train));
        }
        return test.Labels.Except(labels).FirstOrDefault() is { } unknown
            ? throw new ArgumentException($"Test label '{unknown}' is not among the training images' labels.", nameof(test))
            : labels;
    }
}
