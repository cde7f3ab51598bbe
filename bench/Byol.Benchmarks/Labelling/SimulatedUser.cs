using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Labelling.Embeddings;

namespace Byol.Benchmarks.Labelling;

/// <summary>What a classifier of some labels gets right.</summary>
internal sealed record SimulatedScore(int Labels, string Way, double Accuracy);

/// <summary>Somebody who knows the class of every image, and labels what is chosen in one way or another.</summary>
internal sealed class SimulatedUser(
    UnitVectors images,
    IReadOnlyList<int> classes,
    IReadOnlyList<string> names,
    UnitVectors test,
    IReadOnlyList<int> truth)
{
    // As many as the page proposes at a time.
    private const int Batch = 20;

    private static readonly int[] Counts = [40, 100, 200];

    private readonly LinearTrainer _trainer = new(images);

    public IEnumerable<SimulatedScore> Follow(int seed) =>
        from way in (IEnumerable<(string Name, IReadOnlyList<int> Chosen)>)
            [("chance", Random(seed)), ("farthest point", FarthestPoint()), ("the page", Proposed())]
        from count in Counts
        select new SimulatedScore(count, way.Name, Score([.. way.Chosen.Take(count)]));

    private IReadOnlyList<int> Random(int seed)
    {
        int[] order = [.. Enumerable.Range(0, images.Count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    private IReadOnlyList<int> FarthestPoint()
    {
        var chosen = new List<int> { 0 };
        var nearest = images.Cosines(images[0]);
        while (chosen.Count < Counts[^1])
        {
            var next = Array.IndexOf(nearest, nearest.Min());
            chosen.Add(next);
            nearest = [.. nearest.Zip(images.Cosines(images[next]), Math.Max)];
        }
        return chosen;
    }

    private IReadOnlyList<int> Proposed()
    {
        var proposals = new Proposals(images);
        var chosen = new List<int>();
        while (chosen.Count < Counts[^1])
        {
            var labelled = Label(chosen);
            var ranking = labelled.ClassCount > 1 ? _trainer.Fit(labelled).Rank(images) : null;
            chosen.AddRange(proposals.Next(chosen.ToHashSet(), ranking, Batch));
        }
        return chosen;
    }

    private LabelledImages Label(IReadOnlyList<int> chosen) =>
        new(chosen, [.. chosen.Select(image => classes[image])], names);

    private double Score(IReadOnlyList<int> chosen)
    {
        var predicted = _trainer.Fit(Label(chosen)).Rank(test).Predicted;
        return predicted.Zip(truth).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }
}
