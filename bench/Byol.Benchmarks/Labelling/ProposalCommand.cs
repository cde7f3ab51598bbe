using System.CommandLine;
using System.Globalization;
using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.Cli.Labelling.Embeddings;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Benchmarks.Labelling;

/// <summary>
/// <c>label</c>: a simulated user labels what the page proposes, or images at random, and the classifier is scored on
/// other images. The folders' names are the labels.
/// </summary>
internal static class ProposalCommand
{
    private const int ImagesEmbedded = 10_000;
    private const int ImagesLabelled = 5_000;
    private const int Seeds = 5;

    public static RootCommand Create()
    {
        var model = CommonOptions.Model();
        var images = Folder("--images", "Folder of images to label, one folder a class.");
        var testImages = Folder("--test-images", "Folder of images to score on, one folder a class.");
        var command = new RootCommand("label: what labels are worth that the page proposes.")
        {
            model, images, testImages,
        };
        command.SetAction(result =>
        {
            var weights = result.GetRequiredValue(model);
            var train = Embed(weights, result.GetRequiredValue(images));
            var test = Embed(weights, result.GetRequiredValue(testImages));
            Print([.. Enumerable.Range(0, Seeds).SelectMany(seed => Run(train, test, seed))]);
        });
        return command;
    }

    private static Option<DirectoryInfo> Folder(string name, string description) =>
        new(name) { Description = description, Required = true };

    private static (float[] Embedding, string Label)[] Embed(ByolWeights weights, DirectoryInfo folder)
    {
        var mlContext = new MLContext(seed: 0);
        LabelledImage[] images = [.. ImageFolder.Sample(ImageFolder.Read(folder), ImagesEmbedded, seed: 0)];
        var data = ImageFolder.ToDataView(mlContext, images);
        var options = new ByolEmbeddingOptions { EmbeddingMemoryBytes = 0 };
        var embedded = mlContext.Transforms
            .LoadByolEmbedding(Pretraining.EmbeddingColumn, Pretraining.ImageColumn, weights, options)
            .Fit(data)
            .Transform(data);
        var embeddings = embedded.GetColumn<float[]>(Pretraining.EmbeddingColumn);
        return [.. embeddings.Zip(images, (embedding, image) => (embedding, image.Label))];
    }

    private static IEnumerable<SimulatedScore> Run(
        (float[] Embedding, string Label)[] train, (float[] Embedding, string Label)[] test, int seed)
    {
        var pool = ((float[] Embedding, string Label)[])train.Clone();
        new Random(seed).Shuffle(pool);
        var names = new LabelIndex(train.Select(image => image.Label));
        var user = new SimulatedUser(
            Vectors(pool[..ImagesLabelled]),
            names.NumbersOf(pool[..ImagesLabelled].Select(image => image.Label)),
            names.Labels,
            Vectors(test),
            names.NumbersOf(test.Select(image => image.Label)));
        return user.Follow(seed);
    }

    private static UnitVectors Vectors((float[] Embedding, string Label)[] images) =>
        UnitVectors.Of([.. images.Select(image => image.Embedding)], images[0].Embedding.Length);

    private static void Print(IReadOnlyList<SimulatedScore> scores)
    {
        Console.WriteLine("| labels | chosen by | accuracy in %, mean ± deviation |");
        Console.WriteLine("|---|---|---|");
        foreach (var group in scores.GroupBy(score => (score.Labels, score.Way)))
        {
            double[] accuracies = [.. group.Select(score => 100 * score.Accuracy)];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {group.Key.Labels} | {group.Key.Way} | {accuracies.Average():F1} "
                + $"± {Statistics.SampleDeviation(accuracies):F1} |"));
        }
    }
}
