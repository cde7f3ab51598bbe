using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Labelling.Embeddings;

namespace Byol.Cli.Tests.Labelling;

/// <summary>Vectors around centres, one centre a class, as an encoder would place pictures.</summary>
internal sealed record Clusters(UnitVectors Vectors, int[] Classes)
{
    public const int Dimension = 16;

    private static readonly string[] Names = ["a", "b", "c", "d", "e", "f"];

    /// <param name="counts">How many vectors each class has.</param>
    /// <param name="noise">How far they spread.</param>
    /// <param name="seed">Of the drawing.</param>
    public static Clusters Draw(int[] counts, double noise, int seed)
    {
        var random = new Random(seed);
        float[][] centres = [.. counts.Select(_ => Gauss(1))];
        int[] classes = [.. counts.Index().SelectMany(entry => Enumerable.Repeat(entry.Index, entry.Item))];
        random.Shuffle(classes);
        float[][] vectors = [.. classes.Select(label => centres[label].Zip(Gauss(noise), (x, y) => x + y).ToArray())];
        return new Clusters(UnitVectors.Of(vectors, Dimension), classes);

        float[] Gauss(double scale) => [.. Enumerable.Range(0, Dimension).Select(_ => (float)(scale * Normal()))];

        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>Images with their true classes.</summary>
    public LabelledImages Label(IReadOnlyList<int> images) => new(images, [.. images.Select(i => Classes[i])], Names);

    /// <summary>The share of all images that a classifier of some predicts.</summary>
    public double Accuracy(LinearTrainer trainer, IReadOnlyList<int> images)
    {
        var predicted = trainer.Fit(Label(images)).Rank(Vectors).Predicted;
        return Enumerable.Range(0, Vectors.Count).Average(image => predicted[image] == Classes[image] ? 1.0 : 0);
    }
}
