using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Weights;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>An encoder that was trained before is trained further, gently.</summary>
[TestClass]
public class AdaptTests
{
    private static readonly TensorSpec[] Specs =
        [.. new EncoderArchitecture(ByolBackbone.ResNet18, ByolStem.Conv3x3Stride2, 0.125).Tensors()];

    private readonly MLContext _mlContext = new(seed: 3);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void EarlyStagesKeepWeightsAndStatistics()
    {
        var (before, after) = Adapt(recipe => recipe with { Adaptation = new() { TrainedStages = 1 } });
        foreach (var spec in Specs)
        {
            var isTrained = spec.Name.StartsWith("layer4", StringComparison.Ordinal);
            Assert.AreEqual(isTrained, !before[spec.Name].SequenceEqual(after[spec.Name]), spec.Name);
        }
    }

    [TestMethod]
    public void BatchNormAloneCanLearn()
    {
        var (before, after) = Adapt(recipe => recipe with { Adaptation = new() { TrainsBatchNormOnly = true } });
        foreach (var spec in Specs)
        {
            Assert.AreEqual(
                spec.Role != TensorRole.Weight, !before[spec.Name].SequenceEqual(after[spec.Name]), spec.Name);
        }
    }

    [TestMethod]
    public void WhileTheHeadsWarmUpTheEncoderStays()
    {
        var (before, after) = Adapt(recipe => recipe with { Adaptation = new() { HeadWarmup = 0.99 } });
        Assert.IsTrue(Specs.All(spec => before[spec.Name].SequenceEqual(after[spec.Name])));
    }

    [TestMethod]
    public void AFollowingTargetLearnsToo()
    {
        var (before, after) = Adapt(
            recipe => recipe with { Target = new() { TargetUsesRunningStatistics = true } });
        Assert.IsFalse(before["layer4.1.conv2.weight"].SequenceEqual(after["layer4.1.conv2.weight"]));
    }

    [TestMethod]
    public void StatisticsAreThoseOfWholePicturesOfTheEmbeddedSize()
    {
        ByolRecipe Large(ByolRecipe recipe, bool reestimates) => recipe with
        {
            Encoder = recipe.Encoder with { EmbeddingSize = 32 },
            Adaptation = new() { ReestimatesBatchNorm = reestimates },
        };
        var (_, without) = Adapt(recipe => Large(recipe, false));
        var (_, with) = Adapt(recipe => Large(recipe, true));
        CollectionAssert.AreEqual(without["layer4.1.conv2.weight"], with["layer4.1.conv2.weight"]);
        CollectionAssert.AreNotEqual(without["bn1.running_mean"], with["bn1.running_mean"]);
    }

    [TestMethod]
    [DataRow(0.5, 0.4, 0.5, 0.4, true)]
    [DataRow(0.5, 0.4, 0.7, 0.3, false)]
    [DataRow(0.5, 0.4, 0.5, 0.3, true)]
    public void TheBetterOneOfStartAndTrainedIsKept(
        double knn, double linear, double trainedKnn, double trainedLinear, bool keepsStart)
    {
        // Views of one image become alike in any training: the probe counts where there is one.
        var guard = StartGuard.Of(
            new() { NeighbourAgreement = 0.9, ProbeKnnAccuracy = knn, ProbeLinearAccuracy = linear },
            new()
            {
                NeighbourAgreement = keepsStart ? 1 : 0.1,
                ProbeKnnAccuracy = trainedKnn,
                ProbeLinearAccuracy = trainedLinear,
            });
        Assert.AreEqual(keepsStart, guard.KeepsStart);
        Assert.Contains("accuracy on the probe 45.0 % at the start", guard.Sentence);
    }

    [TestMethod]
    public void AProbeIsScoredAtTheSizeThatIsEmbedded()
    {
        var labelled = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(60, seed: 9, side: 48));
        double? Score(int imageSize)
        {
            var options = Start();
            options.Probe = new ByolProbe(labelled, "Label");
            options.Change(recipe => recipe with
            {
                Encoder = recipe.Encoder with { ImageSize = imageSize, EmbeddingSize = 32 },
                Adaptation = new() { TrainedStages = 0 },
            });
            return Fit(options).History[^1].ProbeLinearAccuracy;
        }

        // Nothing of the encoder is trained: only the size that the probe is shown at can make a difference.
        Assert.IsNotNull(Score(24));
        Assert.AreEqual(Score(32), Score(24));
    }

    [TestMethod]
    [DataRow(0.8, true)]
    [DataRow(0.905, true)]
    [DataRow(0.95, false)]
    public void WithoutAProbeNeighbourAgreementDecides(double trained, bool keepsStart) => Assert.AreEqual(
        keepsStart,
        StartGuard.Of(new() { NeighbourAgreement = 0.9 }, new() { NeighbourAgreement = trained }).KeepsStart);

    [TestMethod]
    public void ARunThatTrainedToNoEndGivesItsStartBack()
    {
        var options = Start();
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with { LearningRate = 1e-9, StartDivisor = 1, EndDivisor = 1 },
            Adaptation = new() { KeepsBetter = true },
        });
        var model = Fit(options);
        Assert.Contains("the run started from", model.Verdict!.Explanation);
    }

    [TestMethod]
    public void TheStartsLayersAreTakenFromItsFile()
    {
        var options = Start();
        options.Change(recipe => recipe with
        {
            Encoder = new() { Backbone = ByolBackbone.OfStart, ImageSize = TestPictures.Side },
        });
        var model = Fit(options);
        Assert.AreEqual(64, model.EmbeddingDimension);
        model.SaveOnnx(_folder["adapted.onnx"]);
        var loaded = _mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["adapted.onnx"]).Fit(Rows);
        Assert.AreEqual(64, loaded.EmbeddingDimension);
    }

    [TestMethod]
    public void AStoppedRunSaysThatItWasNotComparedWithItsStart()
    {
        using var stop = new CancellationTokenSource();
        var options = Start();
        options.CancellationToken = stop.Token;
        options.ProgressEvery = 1;
        options.Progress = new Action<ByolProgress>(_ => stop.Cancel()).AsProgress();
        options.Change(recipe => recipe with { Adaptation = new() { KeepsBetter = true } });
        Assert.Contains("stopped before the trained encoder was compared", Fit(options).Verdict!.Explanation);
    }

    [TestMethod]
    public void AComparisonNeedsTheFileOfTheStartInAResumedRunToo()
    {
        using var stop = new CancellationTokenSource();
        var options = Start();
        options.Start = _folder["start.safetensors"];
        options.Change(recipe => recipe with { Adaptation = new() { KeepsBetter = true } });
        options.CheckpointDirectory = _folder["run"];
        options.CancellationToken = stop.Token;
        options.ProgressEvery = 1;
        options.Progress = new Action<ByolProgress>(_ => stop.Cancel()).AsProgress();
        Fit(options);
        File.Delete(_folder["start.safetensors"]);
        (options.CancellationToken, options.Resume) = (CancellationToken.None, true);
        Assert.Contains(
            "start.safetensors", Assert.ThrowsExactly<FileNotFoundException>(() => Fit(options)).Message);
    }

    [TestMethod]
    public void WithoutAnOnnxFileTheStartsLayersAreUnknown()
    {
        var options = Start();
        options.Start = _folder["start.safetensors"];
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { Backbone = ByolBackbone.OfStart } });
        Assert.Contains("ONNX", Assert.ThrowsExactly<ArgumentException>(() => Fit(options)).Message);
    }

    private IDataView Rows => _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));

    private ByolEmbeddingTransformer Fit(ByolOptions options) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(Rows);

    // A run that starts from another one's encoder.
    private ByolOptions Start()
    {
        var model = Fit(TestPictures.TinyRecipe());
        model.SaveOnnx(_folder["start.onnx"]);
        model.SaveWeights(_folder["start.safetensors"]);
        var options = TestPictures.TinyRecipe();
        options.Start = _folder["start.onnx"];
        return options;
    }

    private (NetworkWeights Before, NetworkWeights After) Adapt(Func<ByolRecipe, ByolRecipe> change)
    {
        var options = Start();
        options.Change(change);
        Fit(options).SaveWeights(_folder["after.safetensors"]);
        return (Read("start.safetensors"), Read("after.safetensors"));

        NetworkWeights Read(string name) => WeightFile.Read(_folder[name], Specs).Encoder;
    }
}
