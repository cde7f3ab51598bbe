using System.Reflection;
using System.Text.Json;
using Byol.MLNet.Images;
using Byol.MLNet.Options;
using Byol.MLNet.Pretraining;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Tests.Options;

[TestClass]
public class OptionsTests
{
    [TestMethod]
    public void OnlyThePapersRecipesHaveATargetOfItsOwnBatchsStatistics() => CollectionAssert.AreEquivalent(
        (string[])["walkthrough", "paper"],
        ByolRecipe.BuiltIn.Where(recipe => !recipe.Target.TargetUsesRunningStatistics)
            .Select(recipe => recipe.Name)
            .ToArray());

    [TestMethod]
    public void TheWalkthroughIsThePublishedOne()
    {
        var recipe = ByolRecipe.Walkthrough;
        Assert.AreEqual(
            (256, 10, 2e-3, 0.996),
            (recipe.BatchSize, recipe.Epochs, recipe.Optimization.LearningRate, recipe.Target.Tau));
        Assert.AreEqual((ByolBackbone.ResNet18, 32), (recipe.Encoder.Backbone, recipe.Encoder.ImageSize));
        Assert.AreEqual(
            new ByolHeadRecipe { ProjectorHiddenSize = 256, ProjectorOutputSize = 128, PredictorHiddenSize = 64 },
            recipe.Heads);
    }

    [TestMethod]
    public void NewOptionsTrainByTheRecipeThatSuitsTheImages()
    {
        Assert.AreEqual("fast", NameOfChoice(side: 95, hasTeacher: false));
        Assert.AreEqual("fast-photographs", NameOfChoice(side: 96, hasTeacher: false));
        Assert.AreEqual("taught", NameOfChoice(side: 32, hasTeacher: true));
        Assert.AreEqual("taught", NameOfChoice(side: 96, hasTeacher: true));
        Assert.AreEqual(ByolRecipe.Fast, new ByolRecipe());

        static string NameOfChoice(int side, bool hasTeacher)
        {
            var mlContext = new MLContext(1);
            using var image = MLImage.CreateFromPixels(200, side, MLPixelFormat.Bgra32, new byte[4 * 200 * side]);
            var data = mlContext.Data.LoadFromEnumerable([new PictureRow { Image = image }]);
            var shortSide = ImageColumn.MedianShortSide(data, "Image");
            Assert.AreEqual(3, RecipeChoice.Of(new ByolOptions { Epochs = 3 }, shortSide).Epochs);
            return RecipeChoice.For(shortSide, hasTeacher).Recipe.Name;
        }
    }

    [TestMethod]
    public void RecipesAreValid()
    {
        new ByolOptions().Validate();
        foreach (var recipe in ByolRecipe.BuiltIn)
        {
            recipe.Validate();
        }
    }

    [TestMethod]
    public void ALargerBatchMovesTheTargetAsMuchAnImage()
    {
        var recipe = ByolRecipe.Fast.ScaleBatch(2);
        Assert.AreEqual(
            (256, 0.2, 0.9025),
            (recipe.BatchSize, recipe.Optimization.LearningRate, Math.Round(recipe.Target.Tau, 10)));
        var adam = ByolRecipe.Walkthrough.ScaleBatch(4).Optimization.LearningRate;
        Assert.AreEqual(2 * ByolRecipe.Walkthrough.Optimization.LearningRate, adam, 1e-12);
        Assert.AreEqual(
            ByolRecipe.Paper.Optimization.LearningRate, ByolRecipe.Paper.ScaleBatch(4).Optimization.LearningRate);
        Assert.AreEqual(ByolRecipe.Fast, ByolRecipe.Fast.ScaleBatch(1));
    }

    [TestMethod]
    public void WhatIsSaidOfAPretrainedNetworkIsCheckedBeforeItsFileIsRead()
    {
        var weights = new ByolWeights("nowhere.onnx")
        {
            ImageSize = 4,
            Mean = [0.5f],
            StandardDeviation = [0.2f, 0, 0.2f],
            ChannelOrder = (ByolChannelOrder)7,
        };
        var options = new ByolOptions
        {
            Start = weights,
            Recipe = ByolRecipe.Adapt with { Encoder = ByolRecipe.Adapt.Encoder with { ImageSize = 4 } },
        };
        string[] expected =
        [
            "ImageSize is 4; it must be at least 8 and at most 512.",
            "ChannelOrder is 7; it must be one of Rgb, Bgr.",
            "Mean has 1 value; it must have 3, for red, green and blue.",
            "StandardDeviation is 0.2, 0, 0.2; its values must be above 0.",
        ];
        var ofRun = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        var alone = Assert.ThrowsExactly<ArgumentException>(
            () => new MLContext().Transforms.LoadByolEmbedding("Features", "Image", weights)).Message;
        foreach (var sentence in expected)
        {
            Assert.Contains(sentence, alone);
            Assert.Contains($"Start.{sentence}", ofRun);
        }
    }

    [TestMethod]
    public void PapersLearningRateGrowsWithTheBatchAndItsViewsDiffer()
    {
        var recipe = ByolRecipe.Paper with { BatchSize = 512, GradientAccumulation = 8 };
        // 0.2 · 4096 / 256, after the hundredth of the run that warms up.
        Assert.AreEqual(3.2, new TrainingSchedule(recipe, 1000).LearningRate(10), 1e-9);
        var views = recipe.Views;
        Assert.AreEqual(
            (1, 0.1, 0, 0.2),
            (
                views.BlurProbability,
                views.SecondBlurProbability,
                views.SolarizeProbability,
                views.SecondSolarizeProbability));
        Assert.AreEqual(
            (4096, 256, 1.5e-6, 0.996),
            (
                recipe.Heads.ProjectorHiddenSize,
                recipe.Heads.ProjectorOutputSize,
                recipe.Optimization.WeightDecay,
                recipe.Target.Tau));
    }

    [TestMethod]
    public void ARecipeComesBackFromJsonAndWhatAnOlderFileLacksHasItsDefault()
    {
        foreach (var recipe in ByolRecipe.BuiltIn)
        {
            Assert.AreEqual(recipe, RecipeJson.Read(RecipeJson.Write(recipe)));
        }
        var older = RecipeJson.Read(
            """
            {"name":"older","batchSize":64,"encoder":{"width":0.25},"views":{"hue":0.3},"target":{"tau":0.9}}
            """);
        // What was done before there were these values.
        Assert.AreEqual((1, ByolWhitening.None), (older.Encoder.EmbeddedStages, older.Encoder.Whitening));
        Assert.IsFalse(older.Target.TargetUsesRunningStatistics);
        var expected = ByolRecipe.Fast with
        {
            Name = "older",
            BatchSize = 64,
            Encoder = new() { Width = 0.25 },
            Views = new() { Hue = 0.3 },
            Target = new() { Tau = 0.9 },
        };
        Assert.AreEqual(expected, older);
        Assert.Contains(
            "BatchSize is 1",
            Assert.ThrowsExactly<JsonException>(() => RecipeJson.Read("""{"batchSize":1}""")).Message);
        Assert.ThrowsExactly<JsonException>(() => RecipeJson.Read("""{"views":null}"""));
    }

    [TestMethod]
    public void NoTwoValuesOfARecipeShareAName()
    {
        var values = RecipeJson.Values(ByolRecipe.Paper).ToDictionary();
        Assert.AreEqual("0.2", values["LearningRate"]);
        Assert.AreEqual("null", values["PeakMomentum"]);
        var changed = RecipeJson.With(
            ByolRecipe.Fast, new Dictionary<string, object>
            {
                ["Tau"] = 0.5,
                ["BatchSize"] = 64,
                ["Backbone"] = ByolBackbone.ResNet50,
            });
        Assert.AreEqual(
            (0.5, 64, ByolBackbone.ResNet50), (changed.Target.Tau, changed.BatchSize, changed.Encoder.Backbone));
    }

    [TestMethod]
    public void EveryErrorIsReportedAtOnceWithNameValueAndRange()
    {
        var options = new ByolOptions
        {
            MaxImages = 1,
            Recipe = new()
            {
                BatchSize = 1,
                Encoder = new() { Stem = (ByolStem)9 },
                Optimization = new() { LearningRate = -1, Momentum = double.NaN },
                Target = new() { Tau = 1.5 },
                Views = new() { CropAreaMinimum = 0.9, CropAreaMaximum = 0.5 },
            },
        };
        var lines = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        Assert.Contains("MaxImages is 1; it must be at least 2.", lines);
        Assert.Contains("LearningRate is -1; it must be above 0 and at most 100.", lines);
        Assert.Contains("BatchSize is 1; it must be at least 2 and at most 65536.", lines);
        Assert.Contains("Tau is 1.5; it must be at least 0 and at most 1.", lines);
        Assert.Contains("Momentum is NaN; it must be at least 0 and below 1.", lines);
        Assert.Contains("Stem is 9; it must be one of Standard, Conv3x3Stride2, Conv3x3Stride1.", lines);
        Assert.Contains("CropAreaMinimum is 0.9; it must be at most CropAreaMaximum, which is 0.5.", lines);
    }

    [TestMethod]
    public void AMissingPartHidesNoErrorOfAnother()
    {
        var views = new ByolViewRecipe { CropAreaMinimum = 0.5, CropAreaMaximum = 0.4 };
        string[] errors = [.. OptionsValidator.Errors(new ByolRecipe { Encoder = null!, Views = views })];
        CollectionAssert.AreEqual(
            new[]
            {
                "Encoder is empty; it must be given.",
                "CropAreaMinimum is 0.5; it must be at most CropAreaMaximum, which is 0.4.",
            },
            errors);
    }

    [TestMethod]
    public void EachWrongValueIsReportedOnce()
    {
        var recipe = ByolRecipe.Fast with
        {
            Encoder = ByolRecipe.Fast.Encoder with { ImageSize = 4, StoredImageSize = 30 },
            Views = new ByolViewRecipe { CropAreaMinimum = 2, BlurSigmaMaximum = -1 },
        };
        var options = new ByolOptions { Recipe = recipe, CheckpointEvery = 0, CheckpointInterval = TimeSpan.Zero };
        CollectionAssert.AreEquivalent(
            new[] { "CropAreaMinimum", "BlurSigmaMaximum", "ImageSize", "CheckpointEvery", "CheckpointInterval" },
            OptionsValidator.Errors(options).Select(error => error.Split(' ')[0]).ToArray(),
            string.Join('\n', OptionsValidator.Errors(options)));
    }

    [TestMethod]
    public void StoredSizeMustBeAMultipleOfTheImageSize() => Assert.Contains(
        "StoredImageSize is 40; it must be a multiple of ImageSize, which is 32.",
        Assert.ThrowsExactly<ArgumentException>(
            new ByolRecipe { Encoder = new() { StoredImageSize = 40 } }.Validate).Message);

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
        var members = System.Xml.Linq.XDocument.Load(file)
            .Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);
        Type[] types =
        [
            typeof(ByolOptions), typeof(ByolEmbeddingOptions), typeof(ByolRecipe), typeof(ByolEncoderRecipe),
            typeof(ByolViewRecipe),
            typeof(ByolHeadRecipe), typeof(ByolOptimizationRecipe), typeof(ByolTargetRecipe),
        ];
        var properties = types.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance));
        foreach (var property in properties)
        {
            var name = $"{property.DeclaringType!.Name}.{property.Name}";
            Assert.IsNotNull(members[$"P:Byol.MLNet.{name}"].Element("value"), name);
        }
    }
}
