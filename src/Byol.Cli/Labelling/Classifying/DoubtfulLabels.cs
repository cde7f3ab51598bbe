using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>
/// Labels that a classifier contradicts which has not seen them (confident learning, Northcutt et al. 2021): it gives
/// another class at least the probability that images of that class usually get.
/// </summary>
internal sealed class DoubtfulLabels(UnitVectors vectors, Lazy<LinearTrainer> trainer)
{
    private readonly object _gate = new();
    private Board? _board;
    private IReadOnlyList<(int Image, float Score)> _found = [];

    /// <summary>The images, those first where the other class is the furthest above the label's.</summary>
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

    private IReadOnlyList<(int Image, float Score)> Find(LabelledImages labelled)
    {
        Guess[] guesses =
        [
            .. labelled.SplitAll()
                .Where(fold => fold.Part.Count > 0 && fold.Others.ClassCount > 1)
                .SelectMany(fold => Guesses(trainer.Value.Fit(fold.Others), fold.Part)),
        ];
        var usual = guesses.GroupBy(guess => guess.Label)
            .ToDictionary(group => group.Key, group => group.Average(guess => guess.Of(guess.Label)));
        return
        [
            .. from guess in guesses
               let others = guess.Others(usual)
               where others.Any()
               let score = others.Max(label => guess.Of(label)) - guess.Of(guess.Label)
               where score > 0
               orderby score descending
               select (guess.Image, score),
        ];
    }

    private IEnumerable<Guess> Guesses(LinearModel model, LabelledImages part) =>
        part.Images.Zip(part.Classes, (image, label) =>
        {
            var probabilities = new float[model.Classes.Count];
            model.Probabilities(vectors[image], probabilities);
            return new Guess(image, label, model.Classes.Zip(probabilities).ToDictionary());
        });

    private sealed record Guess(int Image, int Label, IReadOnlyDictionary<int, float> Probabilities)
    {
        public float Of(int label) => Probabilities.GetValueOrDefault(label);

        /// <summary>Other classes that are as probable as they usually are for their own images.</summary>
        public IEnumerable<int> Others(IReadOnlyDictionary<int, float> usual) =>
            usual.Keys.Where(label => label != Label && Of(label) >= usual[label]);
    }
}
