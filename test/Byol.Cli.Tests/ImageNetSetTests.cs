using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Tests;

/// <summary>The frozen ImageNet network beside the other feature sets, and as a model of its own.</summary>
[TestClass]
public class ImageNetSetTests
{
    private const int Pictures = 24;

    private readonly MLContext _mlContext = new(1);
    private readonly SampleFolder _folder = new();
    private string[] _files = [];

    [TestInitialize]
    public void Draw()
    {
        ImageNetNetwork.Require();
        _files = [.. Directory.GetFiles(_folder.Draw("images", Pictures)).Order(StringComparer.Ordinal)];
    }

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void FourthSetIsTheFrozenNetworkOnTheSameRows()
    {
        File.WriteAllText(_folder["damaged.png"], "no picture");
        string[] files = [.. _files[..2], _folder["damaged.png"], .. _files[2..10]];
        var model = Tiny();
        var sets = FeatureSets.Extract(_mlContext, model, Rows(files), "Image", "Label");
        CollectionAssert.AreEqual(FeatureSets.Names.ToArray(), sets.Sets.ToArray());
        Assert.HasCount(1, sets.Unreadable);
        Assert.AreEqual(10, sets.Count);
        RequireNear(Embeddings(ImageNet(size: 96), _files[..10]), sets[FeatureSets.ImageNet]);
        RequireNear(Embeddings(model, _files[..10]), sets[FeatureSets.Trained]);
        CollectionAssert.AreEqual(_files[..10].Select(Path.GetFileName).ToArray(), sets.Labels.ToArray());
    }

    [TestMethod]
    public void SetsOfDifferentSizesAreNotCompared()
    {
        var model = Tiny();
        var data = Rows(_files[..8], file => Path.GetFileName(file).Split('_')[0]);
        FeatureSets At(int? size) =>
            FeatureSets.Extract(_mlContext, model, data, "Image", "Label", imageNetSize: size);
        Assert.Contains(
            "saw the training images at 64 px and the test images at 96 px",
            Assert.ThrowsExactly<ArgumentException>(
                () => new ByolEvaluator().Evaluate("shapes", At(64), At(null), [ByolClassifier.Knn])).Message);
    }

    [TestMethod]
    public void NetworkUnderEvaluationIsNotComputedTwice()
    {
        var network = ImageNet();
        var sets = FeatureSets.Extract(_mlContext, network, Rows(_files[..2]), "Image");
        Assert.DoesNotContain(FeatureSets.ImageNet, sets.Sets);
        network.SaveOnnx(_folder["saved.onnx"]);
        var saved = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["saved.onnx"])
            .Fit(Rows(_files));
        Assert.DoesNotContain(
            FeatureSets.ImageNet, FeatureSets.Extract(_mlContext, saved, Rows(_files[..2]), "Image").Sets);
    }

    [TestMethod]
    public void EvaluationAndPageHaveTheSetsThatAllImagesHave()
    {
        var model = Tiny();
        var data = Rows(_files, file => Path.GetFileName(file).Split('_')[0]);
        var with = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var without = FeatureSets.Extract(_mlContext, model, data, "Image", "Label", includeImageNet: false);
        var evaluator = new ByolEvaluator();
        var rows = evaluator.Evaluate("shapes", with, with, [ByolClassifier.Knn, ByolClassifier.Walkthrough]);
        CollectionAssert.AreEqual(
            FeatureSets.Names.ToArray(), rows.Take(FeatureSets.Names.Count).Select(row => row.Features).ToArray());
        Assert.DoesNotContain(
            FeatureSets.ImageNet,
            evaluator.Evaluate("shapes", with, without, [ByolClassifier.Knn]).Select(row => row.Features));

        new ByolReport("Shapes").AddEvaluation(rows).AddEmbeddings(with).Save(_folder["with.html"]);
        var page = File.ReadAllText(_folder["with.html"]);
        Assert.Contains("ImageNet network", page);
        Assert.Contains("\"name\":\"imagenet\"", page);
        new ByolReport("Shapes").AddEmbeddings(without).Save(_folder["without.html"]);
        Assert.DoesNotContain("ImageNet network", File.ReadAllText(_folder["without.html"]));
    }

    [TestMethod]
    public void ProgramTakesTheNetworkAsAModel()
    {
        var text = SampleProgram.Succeed(
            "embed", "--model", "imagenet", "--images", _folder["images"], "--output", _folder["out.csv"], "--json",
            _folder["embed.json"]);
        Assert.Contains("imagenet at 96 px, as the pictures' median short side is 32 px.", text);
        var lines = File.ReadAllLines(_folder["out.csv"]);
        Assert.HasCount(1 + Pictures, lines);
        Assert.HasCount(1 + 512, lines[0].Split(','));
        Assert.AreEqual("imagenet", SampleProgram.Json(_folder["embed.json"]).GetProperty("model").GetString());
        SampleProgram.Succeed(
            "evaluate", "--model", "imagenet", "--images", _folder["images"], "--labels", "name", "--splits", "1",
            "--classifiers", "knn", "--json", _folder["evaluate.json"]);
        CollectionAssert.AreEqual(
            new[] { "pixels", "untrained", "trained" },
            SampleProgram.Json(_folder["evaluate.json"]).GetProperty("rows").EnumerateArray()
                .Select(row => row.GetProperty("features").GetString()).ToArray());
    }

    [TestMethod]
    public void NetworkCanBeLeftOutOfATable()
    {
        Tiny().SaveOnnx(_folder["model.onnx"]);
        var text = SampleProgram.Succeed(
            "evaluate", "--model", _folder["model.onnx"], "--images", _folder["images"], "--labels", "name",
            "--splits", "1", "--classifiers", "knn", "--no-imagenet");
        Assert.DoesNotContain("imagenet", text.Replace("--no-imagenet", "", StringComparison.Ordinal));
    }

    private ByolEmbeddingTransformer ImageNet(int size = 224) => _mlContext.Transforms
        .LoadByolEmbedding("Features", "Image", ByolWeights.ImageNetResNet18 with { ImageSize = size })
        .Fit(Rows(_files));

    private ByolEmbeddingTransformer Tiny() => _mlContext.Transforms.ByolEmbedding("Features", "Image", new ByolOptions
    {
        Recipe = ByolRecipe.Fast with
        {
            Encoder = new() { ImageSize = 16, Width = 0.125 },
            BatchSize = 8,
            ValidationFraction = 0,
        },
        Epochs = 1,
        Seed = 1,
    }).Fit(Rows(_files));

    private IDataView Rows(string[] files, Func<string, string>? labelOf = null) => _mlContext.Data.LoadFromEnumerable(
        files.Select(file => new Row { Image = file, Label = (labelOf ?? Path.GetFileName)(file)! }));

    private float[][] Embeddings(ByolEmbeddingTransformer model, string[] files) =>
        [.. model.Transform(Rows(files)).GetColumn<float[]>("Features")];

    // Other batches add up in another order.
    private static void RequireNear(float[][] expected, IReadOnlyList<float[]> actual)
    {
        Assert.HasCount(expected.Length, actual);
        foreach (var (one, other) in expected.Zip(actual))
        {
            var largest = one.Max(Math.Abs);
            Assert.IsLessThan(1e-4, one.Zip(other, (a, b) => Math.Abs(a - b)).Max() / largest);
        }
    }

    private sealed class Row
    {
        public string Image { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
