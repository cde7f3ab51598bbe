using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Evaluation;

/// <summary>Training and test images of one split, with the index of each one's label.</summary>
internal sealed record EvaluationPart(FeatureSets Train, FeatureSets Test)
{
    /// <summary>The training images' labels.</summary>
    public LabelIndex Labels { get; } = LabelsOf(Train, Test);

    /// <summary>Where the test images stand among those that the caller gave.</summary>
    public IReadOnlyList<int> TestPositions { get; init; } = [.. Enumerable.Range(0, Test.Count)];

    public IReadOnlyList<int> TrainClasses => Labels.NumbersOf(Train.Labels);

    public IReadOnlyList<int> TestClasses => Labels.NumbersOf(Test.Labels);

    /// <summary>The training rows of a feature set.</summary>
    public LabelledVectors TrainRows(string features) => new(Train[features], TrainClasses, Labels.Count);

    /// <summary>The test rows of a feature set.</summary>
    public LabelledVectors TestRows(string features) => new(Test[features], TestClasses, Labels.Count);

    private static LabelIndex LabelsOf(FeatureSets train, FeatureSets test)
    {
        var labels = new LabelIndex(train.Labels);
        if (labels.Count < 2)
        {
            throw new ArgumentException(
                $"The training images have the single label '{train.Labels[0]}'; an evaluation needs two or more.",
                nameof(train));
        }
        return labels.FirstUnknown(test.Labels) is { } unknown
            ? throw new ArgumentException(
                $"Test label '{unknown}' is not among the training images' labels.", nameof(test))
            : labels;
    }
}
