namespace Byol.MLNet.Classifiers;

/// <summary>A classifier on frozen features; it never changes the encoder.</summary>
internal interface IClassifier
{
    /// <summary>The probabilities of each class for each test row, of a classifier trained on other rows.</summary>
    IReadOnlyList<double[]> Probabilities(LabelledVectors train, LabelledVectors test);
}
