using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>A label that is likely to be another.</summary>
/// <param name="Image">The image.</param>
/// <param name="Other">The number of the class that it should rather have.</param>
/// <param name="Probability">That class's probability.</param>
internal sealed record DoubtfulLabel(int Image, int Other, float Probability);

/// <summary>
/// Labels that a classifier contradicts which has not seen them, as in confident learning (Northcutt et al. 2021): the
/// labels are predicted in folds, each by the other folds, and a label is doubtful where another class is more probable
/// than all the rest.
/// </summary>
internal sealed class DoubtfulLabels(UnitVectors vectors, Lazy<LinearTrainer> trainer)
{
    private const float Majority = 0.5f;

    private readonly object _gate = new();
    private Board? _board;
    private IReadOnlyList<DoubtfulLabel> _found = [];

    /// <summary>The most improbable labels first.</summary>
    public IReadOnlyList<DoubtfulLabel> Find(Board board)
    {
        lock (_gate)
        {
            if (board != _board)
            {
                (_board, _found) = (board, Find(LabelledImages.Of(board)));
            }
            return _found;
        }
    }

    private IReadOnlyList<DoubtfulLabel> Find(LabelledImages labelled) =>
    [
        .. labelled.SplitAll()
            .Where(fold => fold.Part.Count > 0 && fold.Others.ClassCount > 1)
            .SelectMany(fold => Contradict(trainer.Value.Fit(fold.Others), fold.Part))
            .OrderByDescending(label => label.Probability),
    ];

    private IEnumerable<DoubtfulLabel> Contradict(LinearModel model, LabelledImages part)
    {
        var probabilities = new float[model.Classes.Count];
        var numbers = model.Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (var (image, label) in part.Images.Zip(part.Classes))
        {
            // The only image of its class has no other that the classifier could know it by.
            if (numbers.TryGetValue(label, out var number))
            {
                model.Probabilities(vectors[image], probabilities);
                var best = Array.IndexOf(probabilities, probabilities.Max());
                if (best != number && probabilities[best] > Majority)
                {
                    yield return new DoubtfulLabel(image, model.Classes[best], probabilities[best]);
                }
            }
        }
    }
}
