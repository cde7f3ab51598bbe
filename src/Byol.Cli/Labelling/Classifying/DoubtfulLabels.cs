using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>
/// Labels that a classifier contradicts which has not seen them, as in confident learning (Northcutt et al. 2021): the
/// labels are predicted in folds, each by the other folds.
/// </summary>
internal sealed class DoubtfulLabels(UnitVectors vectors, Lazy<LinearTrainer> trainer)
{
    private readonly object _gate = new();
    private Board? _board;
    private IReadOnlyList<(int Image, float Score)> _found = [];

    /// <summary>The images, those first where another class's probability is the furthest above the label's.</summary>
    public IReadOnlyList<(int Image, float Score)> Find(Board board)
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

    private IReadOnlyList<(int Image, float Score)> Find(LabelledImages labelled) =>
    [
        .. labelled.SplitAll()
            .Where(fold => fold.Part.Count > 0 && fold.Others.ClassCount > 1)
            .SelectMany(fold => Contradict(trainer.Value.Fit(fold.Others), fold.Part))
            .Where(label => label.Score > 0)
            .OrderByDescending(label => label.Score),
    ];

    private IEnumerable<(int Image, float Score)> Contradict(LinearModel model, LabelledImages part)
    {
        var probabilities = new float[model.Classes.Count];
        var numbers = model.Classes.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (var (image, label) in part.Images.Zip(part.Classes))
        {
            // The only image of its class has no other that the classifier could know it by.
            if (numbers.TryGetValue(label, out var number))
            {
                model.Probabilities(vectors[image], probabilities);
                yield return (image, probabilities.Max() - probabilities[number]);
            }
        }
    }
}
