using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Tests.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests.Encoders;

/// <summary>Encoders of the caller's own.</summary>
[TestClass]
public class BackboneTests
{
    // A ReLU at a branch's start and at its end, one after another, groups, a depthwise and a strided shortcut, windows
    // larger than what is left of the picture.
    private static readonly ByolBackbone Own = ByolBackbone.Define("own", encoder => encoder
        .Relu()
        .Convolution("first", encoder.Channels(16), kernel: 5, stride: 2)
        .Relu().Relu()
        .MaxPool(kernel: 3, stride: 1)
        .Residual("a", branch => branch
            .Relu()
            .Convolution("depthwise", encoder.Channels(16), kernel: 3, groups: encoder.Channels(16))
            .BatchNorm("norm")
            .Relu())
        .Residual(
            "b",
            branch => branch.Convolution("pointwise", 24, kernel: 1, stride: 2, groups: 4)
                .BatchNorm("norm")
                .MaxPool(3, 2),
            shortcut => shortcut.Convolution("embedding", 24, kernel: 3, stride: 4))
        .Convolution("pixels", 24, kernel: 3)
        .Residual(
            "c",
            branch => branch.Convolution("last", 24, kernel: 3, stride: 2).BatchNorm("norm"),
            shortcut => shortcut.MaxPool(1, 2))
        .Convolution("front.mean", 20, kernel: 3, groups: 4));

    [TestMethod]
    [DataRow(16)]
    [DataRow(13)]
    public void FrozenGraphGivesWhatTheTrainedNetworkGives(int size)
    {
        foreach (var embedding in FrozenEncoderTests.EmbedAsTheOnlineEncoder(TestMetadata.Of(Own, size, width: 0.5)))
        {
            Assert.HasCount(20, embedding);
            Assert.IsGreaterThan(1, embedding.Distinct().Count());
        }
    }

    [TestMethod]
    [DataRow(ByolPrecision.Float32)]
    [DataRow(ByolPrecision.BFloat16)]
    public void TrainsIsSavedAndLoadsWithoutItsDefinition(ByolPrecision precision)
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Encoder = recipe.Encoder with { Backbone = Own, Width = 0.5 },
            Precision = precision,
        });
        var trained = mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        trained.SaveOnnx(folder["own.onnx"]);
        trained.SaveWeights(folder["own.safetensors"]);

        var loaded = mlContext.Transforms.LoadByolEmbedding("Features", "Image", folder["own.onnx"]).Fit(data);
        AssertEqual(Features(trained.Transform(data)), Features(loaded.Transform(data)));

        // The file alone rebuilds the encoder that training started from: with no learning rate, training stays there.
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with { LearningRate = double.Epsilon },
        });
        var start = mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        start.SaveWeights(folder["start.safetensors"]);
        CollectionAssert.AreEqual(
            FrozenEncoder.Load(folder["own.onnx"]).Untrained().Weight("a.depthwise.weight"),
            Read(folder["start.safetensors"])["a.depthwise.weight"]);

        options.Start = folder["own.safetensors"];
        mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(data)
            .SaveWeights(folder["again.safetensors"]);
        CollectionAssert.AreEqual(
            Read(folder["own.safetensors"])["b.embedding.weight"],
            Read(folder["again.safetensors"])["b.embedding.weight"]);

        NetworkWeights Read(string path) => MLNet.Weights.WeightFile.Read(
            path, options.Recipe!.Encoder.Architecture().Tensors()).Encoder;
        float[][] Features(IDataView view) => [.. view.GetColumn<float[]>("Features")];
        void AssertEqual(float[][] expected, float[][] actual) => CollectionAssert.AreEqual(
            expected.SelectMany(row => row).ToArray(), actual.SelectMany(row => row).ToArray());
    }

    [TestMethod]
    public void ResumingWithOtherLayersUnderTheSameNameIsRefused()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        Fit(kernel: 3, resume: false);
        Assert.Contains(
            "Backbone is mine",
            Assert.ThrowsExactly<InvalidOperationException>(() => Fit(kernel: 5, resume: true)).Message);
        Fit(kernel: 3, resume: true);

        void Fit(int kernel, bool resume)
        {
            var options = TestPictures.TinyRecipe();
            options.CheckpointDirectory = folder["run"];
            options.Resume = resume;
            options.Change(recipe => recipe with
            {
                Encoder = recipe.Encoder with
                {
                    Backbone = ByolBackbone.Define(
                        "mine", encoder => encoder.Convolution("conv", 8, kernel, stride: 4).BatchNorm("bn").Relu()),
                },
            });
            mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        }
    }

    [TestMethod]
    public void LayersThatDoNotFitAreNamedWithTheOtherErrors()
    {
        AssertInvalid(
            "'block' gives 8 channels at stride 2, and its shortcut 3 at stride 1",
            encoder => encoder.Residual("block", branch => branch.Convolution("conv", 8, 3, stride: 2)));
        AssertInvalid("'block' has no layers", encoder => encoder.Residual("block", _ => { }));
        AssertInvalid(
            "Two layers of the encoder are named 'block.conv'",
            encoder => encoder.Convolution("block.conv", 3, 3)
                .Residual("block", branch => branch.Convolution("conv", 3, 3)));
        AssertInvalid(
            "has 3 input and 8 output channels; both must be multiples of its 2 groups",
            encoder => encoder.Convolution("conv", 8, 3, groups: 2));
        AssertInvalid("kernel's side is 4; it must be odd", encoder => encoder.Convolution("conv", 8, kernel: 4));
        AssertInvalid("has no convolution", encoder => encoder.Relu());

        static void AssertInvalid(string message, Action<ByolEncoderBuilder> layers)
        {
            var options = new ByolOptions
            {
                Recipe = new() { Encoder = new() { Backbone = ByolBackbone.Define("wrong", layers) } },
                Epochs = 0,
            };
            var error = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
            Assert.Contains("Backbone is wrong", error);
            Assert.Contains(message, error);
            Assert.Contains("Epochs is 0", error);
        }
    }

    [TestMethod]
    public void BuiltInNamesAreTaken()
    {
        Assert.Contains(
            "'ResNet18'",
            Assert.ThrowsExactly<ArgumentException>(
                () => ByolBackbone.Define("ResNet18", encoder => encoder.Convolution("conv", 8, 3))).Message);
        var options = new ByolRecipe { Encoder = new() { Backbone = null! } };
        Assert.Contains("Backbone is empty", Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }
}
