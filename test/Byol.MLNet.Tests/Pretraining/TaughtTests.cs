using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>A student that learns what a teacher makes of the images.</summary>
[TestClass]
public class TaughtTests
{
    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void TheStudentComesNearItsTeacher()
    {
        var model = Fit(Options(epochs: 10));
        Assert.IsGreaterThan(1.4, model.History[0].Loss);
        Assert.IsLessThan(model.History[0].Loss - 0.1, model.History[^1].Loss);
        Assert.IsGreaterThan(0.3, model.History[^1].PositiveSimilarity);
    }

    [TestMethod]
    public void PrincipalComponentsAreLearntAsWell()
    {
        var options = Options(epochs: 1);
        options.Change(recipe => recipe with { Teaching = recipe.Teaching with { TeacherComponents = 8 } });
        Assert.HasCount(8, Fit(options).History[^1].Eigenvalues);
    }

    [TestMethod]
    public void AStudentOfTheTeachersKindStartsFromItsBlocks()
    {
        var options = Options(epochs: 1);
        options.Change(recipe => recipe with
        {
            Encoder = recipe.Encoder with { Backbone = ByolBackbone.ResNet10, Width = 0.125 },
            Adaptation = new() { TrainedStages = 0 },
        });
        // The teacher's own layers, with no block left out: its outputs come out.
        var whole = Options(epochs: 1);
        whole.Recipe = options.Recipe! with
        {
            Encoder = options.Recipe.Encoder with { Backbone = ByolBackbone.ResNet18 },
        };
        var teacher = Embed(_mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["teacher.onnx"]));
        var taught = TestPictures.Embeddings(Fit(whole).Transform(Rows));
        var shallow = TestPictures.Embeddings(Fit(options).Transform(Rows));
        Assert.AreEqual(0, TestPictures.LargestDifference(teacher, taught));
        Assert.IsGreaterThan(0.05, TestPictures.LargestDifference(teacher, shallow));
    }

    [TestMethod]
    public void StoppedAndResumedEqualsUninterrupted()
    {
        var whole = Options(epochs: 3);
        Fit(whole).SaveOnnx(_folder["whole.onnx"]);
        using var stop = new CancellationTokenSource();
        var first = Options(epochs: 3);
        first.CheckpointDirectory = _folder["checkpoints"];
        first.CancellationToken = stop.Token;
        first.Progress = new Action<ByolProgress>(_ => stop.Cancel()).AsProgress();
        Assert.IsTrue(Fit(first).WasCancelled);
        var rest = Options(epochs: 3);
        (rest.CheckpointDirectory, rest.Resume) = (first.CheckpointDirectory, true);
        Fit(rest).SaveOnnx(_folder["resumed.onnx"]);
        CollectionAssert.AreEqual(
            File.ReadAllBytes(_folder["whole.onnx"]), File.ReadAllBytes(_folder["resumed.onnx"]));
    }

    [TestMethod]
    public void AMissingTeacherIsNamedBeforeImagesAreRead()
    {
        var options = Options(epochs: 1);
        options.Teacher = _folder["nobody.onnx"];
        Assert.Contains(
            "nobody.onnx", Assert.ThrowsExactly<FileNotFoundException>(() => Fit(options)).Message);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(3)]
    public void ATeacherOfOtherLayersTeachesToo(int batch)
    {
        WriteOtherNetwork(batch);
        var options = Options(epochs: 1);
        options.Teacher = _folder["other.onnx"];
        var model = Fit(options);
        Assert.HasCount(3, model.History[^1].Eigenvalues);
        Assert.IsTrue(model.Transform(Rows).Schema.Any(column => column.Name == "Features"));
    }

    [TestMethod]
    public void AFileThatIsNoNetworkIsNoTeacher()
    {
        File.WriteAllText(_folder["text.onnx"], "no network");
        var options = Options(epochs: 1);
        options.Teacher = _folder["text.onnx"];
        Assert.Contains("text.onnx", Assert.ThrowsExactly<InvalidDataException>(() => Fit(options)).Message);
    }

    // The mean of each channel through a sigmoid, which no encoder here has, of pictures of 16 px.
    private void WriteOtherNetwork(int batch)
    {
        var graph = new GraphWriter("other");
        graph.Input("pixels", TensorProto.Types.DataType.Float, 3, 16, 16);
        graph.Node("Sigmoid", "sigmoid", ["pixels"]);
        graph.Node("GlobalAveragePool", "pooled", ["sigmoid"]);
        graph.Node("Flatten", "features", ["pooled"]);
        graph.Output("features", TensorProto.Types.DataType.Float, 3);
        var model = graph.ToModel("1.0.0", []);
        if (batch > 0)
        {
            model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = batch;
            model.Graph.Output[0].Type.TensorType.Shape.Dim[0].DimValue = batch;
        }
        File.WriteAllBytes(_folder["other.onnx"], model.ToByteArray());
    }

    private IDataView Rows => _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));

    private float[][] Embed(IEstimator<ByolEmbeddingTransformer> estimator) =>
        TestPictures.Embeddings(estimator.Fit(Rows).Transform(Rows));

    private ByolEmbeddingTransformer Fit(ByolOptions options) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);

    private ByolOptions Options(int epochs)
    {
        var options = TestPictures.TinyRecipe();
        options.Teacher = TestTeacher.In(_folder, TestPictures.Rows(64));
        options.Epochs = epochs;
        options.Change(recipe => recipe with
        {
            Method = ByolPretrainingMethod.Taught,
            Encoder = recipe.Encoder with { Width = 0.25 },
            Views = ByolRecipe.Taught.Views,
            Optimization = recipe.Optimization with { LearningRate = 0.01 },
        });
        return options;
    }
}
