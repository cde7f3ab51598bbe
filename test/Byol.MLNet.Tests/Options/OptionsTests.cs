using Byol.MLNet.Pretraining;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Options;

[TestClass]
public class OptionsTests
{
    [TestMethod]
    public void NewOptionsAreTheWalkthrough()
    {
        var (first, second) = (new ByolOptions(), ByolOptions.Walkthrough());
        foreach (var property in typeof(ByolOptions).GetProperties())
        {
            Assert.AreEqual(property.GetValue(first), property.GetValue(second), property.Name);
        }
        Assert.AreEqual((256, 10, 2e-3, 0.996, 32), (first.BatchSize, first.Epochs, first.LearningRate, first.Tau, first.ImageSize));
        Assert.AreEqual((256, 128, 64), (first.ProjectorHiddenSize, first.ProjectorOutputSize, first.PredictorHiddenSize));
    }

    [TestMethod]
    public void RecipesAreValid()
    {
        ByolOptions.Walkthrough().Validate();
        ByolOptions.Fast().Validate();
        ByolOptions.FastPhotographs().Validate();
        ByolOptions.Paper().Validate();
    }

    [TestMethod]
    public void PapersLearningRateGrowsWithTheBatchAndItsViewsDiffer()
    {
        var options = ByolOptions.Paper();
        options.BatchSize = 512;
        options.GradientAccumulation = 8;
        // 0.2 · 4096 / 256, after the hundredth of the run that warms up.
        Assert.AreEqual(3.2, new TrainingSchedule(options, 1000).LearningRate(10), 1e-9);
        Assert.AreEqual((1, 0.1, 0, 0.2), (options.BlurProbability, options.SecondBlurProbability, options.SolarizeProbability, options.SecondSolarizeProbability));
        Assert.AreEqual((4096, 256, 1.5e-6, 0.996), (options.ProjectorHiddenSize, options.ProjectorOutputSize, options.WeightDecay, options.Tau));
    }

    [TestMethod]
    public void EveryErrorIsReportedAtOnceWithNameValueAndRange()
    {
        var options = new ByolOptions { LearningRate = -1, BatchSize = 1, Tau = 1.5, Momentum = double.NaN, Stem = (ByolStem)9, CropAreaMinimum = 0.9, CropAreaMaximum = 0.5 };
        var lines = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        Assert.Contains("LearningRate is -1; it must be above 0 and at most 100.", lines);
        Assert.Contains("BatchSize is 1; it must be at least 2 and at most 65536.", lines);
        Assert.Contains("Tau is 1.5; it must be at least 0 and at most 1.", lines);
        Assert.Contains("Momentum is NaN; it must be at least 0 and below 1.", lines);
        Assert.Contains("Stem is 9; it must be one of Standard, Conv3x3Stride2, Conv3x3Stride1.", lines);
        Assert.Contains("CropAreaMinimum is 0.9; it must be at most CropAreaMaximum, which is 0.5.", lines);
    }

    [TestMethod]
    public void StoredSizeMustBeAMultipleOfTheImageSize() => Assert.Contains(
        "StoredImageSize is 40; it must be a multiple of ImageSize, which is 32.",
        Assert.ThrowsExactly<ArgumentException>(new ByolOptions { StoredImageSize = 40 }.Validate).Message);

    [TestMethod]
    public void FitChecksTheOptions()
    {
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(4));
        var estimator = mlContext.Transforms.ByolEmbedding("Features", "Image", new ByolOptions { Epochs = 0 });
        Assert.Contains("Epochs is 0", Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(data)).Message);
    }

    [TestMethod]
    public void EveryPropertyIsDocumentedWithItsDefault()
    {
        var file = Path.ChangeExtension(typeof(ByolOptions).Assembly.Location, ".xml");
        var members = System.Xml.Linq.XDocument.Load(file).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        foreach (var property in typeof(ByolOptions).GetProperties())
        {
            Assert.IsNotNull(members[$"P:Byol.MLNet.ByolOptions.{property.Name}"].Element("value"), property.Name);
        }
    }
}
