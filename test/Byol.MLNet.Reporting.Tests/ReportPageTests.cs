using System.Text.RegularExpressions;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Tests;
using Microsoft.ML;

namespace Byol.MLNet.Reporting.Tests;

[TestClass]
public partial class ReportPageTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void LargePicturesAreAveragedForClassifiersAndStaySharpOnPages()
    {
        using var folder = new TemporaryFolder();
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with { Encoder = recipe.Encoder with { ImageSize = 64 } });
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        Assert.HasCount(3 * 32 * 32, images[FeatureSets.Pixels][0]);

        new ByolReport("Sharp").AddPredictions(images, [new ByolPrediction(0, images.Labels[0])])
            .Save(folder["page.html"]);
        var page = File.ReadAllText(folder["page.html"]);
        var start = page.IndexOf("base64,", StringComparison.Ordinal) + "base64,".Length;
        using var picture = SkiaSharp.SKBitmap.Decode(Convert.FromBase64String(page[start..page.IndexOf('"', start)]));
        Assert.AreEqual((64, 64), (picture.Width, picture.Height));
    }

    [TestMethod]
    public void PageNeedsNoNetworkAndShowsEveryPart()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));
        var options = TestPictures.TinyRecipe();
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var evaluator = new ByolEvaluator();
        new ByolReport("Parts & <pieces>")
            .AddTraining(model.History)
            .AddViews(_mlContext, data, "Image", options)
            .AddEmbeddings(images)
            .AddEvaluation(evaluator.EvaluateSplits("shapes", images, 2, [ByolClassifier.Knn]))
            .AddConfusion(images, evaluator.PredictSplits(images, 2, ByolClassifier.Knn))
            .Save(folder["report.html"]);
        var page = File.ReadAllText(folder["report.html"]);

        Assert.Contains("Parts &amp; &lt;pieces&gt;", page);
        Assert.IsEmpty(Loaded().Matches(WithoutPlotly(page)), "Nothing may be loaded from elsewhere.");
        Assert.HasCount(24, Regex.Matches(page, "title=\"view [12]\""), "Twelve images have two views each.");
        string[] parts =
        [
            "class=\"verdict", "Spectrum at the end", "before training", "Confusion matrix", "\"error_y\"",
            "\"name\":\"disc\"", "prefers-color-scheme: dark", "width=device-width",
        ];
        foreach (var part in parts)
        {
            Assert.Contains(part, page);
        }
    }

    [TestMethod]
    public void ConfusionIsNumberedAndInTheFieldsWords()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(60));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        ByolPrediction[] predictions =
            [.. Enumerable.Range(0, 60)
                .Select(image => new ByolPrediction(image, image < 7 ? "frame" : images.Labels[image]))];
        new ByolReport("Confusion").AddConfusion(images, predictions).AddEmbeddings(images).Save(folder["report.html"]);
        var page = WithoutPlotly(File.ReadAllText(folder["report.html"]));
        // Of the first seven images, three are discs and two are stripes.
        Assert.Contains("<b>disc</b> predicted as <b>frame</b>, 3 times", page);
        Assert.Contains("\"text\":[[\"17\",\"3\",\"\"],[\"\",\"20\",\"\"],[\"\",\"2\",\"18\"]]", page);
        Assert.Contains("\"texttemplate\":\"%{text}\"", page);
        Assert.HasCount(
            3,
            Regex.Matches(page, "\"symbol\":\"[a-z-]+\"").Select(match => match.Value).Distinct(),
            "Each label has its own shape.");
        foreach (var word in (string[])["taken for", "nought", "sheet", " told "])
        {
            Assert.DoesNotContain(word, page);
        }
    }

    [TestMethod]
    public void ConfusionHasLabelsThatNoImageHas()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(30));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        new ByolReport("Confusion").AddConfusion(images, [new ByolPrediction(0, "cube")]).Save(folder["report.html"]);
        Assert.Contains("predicted as <b>cube</b>, 1 times", File.ReadAllText(folder["report.html"]));
    }

    [TestMethod]
    public void LossFigureMarksWhereViewsGrow()
    {
        using var folder = new TemporaryFolder();
        ByolProgress[] reports = [
            .. new[] { 16, 16, 16, 32 }.Select(
                (size, i) => TestReports.Report(25 * (i + 1), 0.5, 0.8, 0.1, 0.9) with { ViewSize = size })];
        new ByolReport("Loss").AddTraining(reports).Save(folder["report.html"]);
        var page = WithoutPlotly(File.ReadAllText(folder["report.html"]));
        Assert.Contains("\"x0\":75,\"x1\":75", page);
        Assert.Contains("views grow to 32 px", page);
    }

    [TestMethod]
    public void ProbeFigureBeginsWithTheUntrainedEncoder()
    {
        using var folder = new TemporaryFolder();
        var report = TestReports.Report(100, 0.5, 0.8, 0.1, 0.9) with
        {
            ProbeKnnAccuracy = 0.5,
            ProbeLinearAccuracy = 0.75,
            BeforeTraining = new ByolEncoderScores { ProbeKnnAccuracy = 0.25, ProbeLinearAccuracy = 0.5 },
        };
        new ByolReport("Probe").AddTraining([report]).Save(folder["report.html"]);
        Assert.Contains(
            "\"name\":\"nearest neighbours\",\"x\":[0,100],\"y\":[25,50]", File.ReadAllText(folder["report.html"]));
    }

    [TestMethod]
    public void WithoutLabelsTheMapShowsClusters()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(64));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        new ByolReport("Parts").AddEmbeddings(FeatureSets.Extract(_mlContext, model, data, "Image"))
            .Save(folder["report.html"]);
        var page = File.ReadAllText(folder["report.html"]);
        Assert.Contains("\"name\":\"cluster 1\"", page);
        Assert.DoesNotContain("same label", WithoutPlotly(page));
    }

    [TestMethod]
    public void FiguresThatAreNoNumbersLeaveGaps()
    {
        using var folder = new TemporaryFolder();
        var report = TestReports.Report(100, double.NaN, 0.8, double.PositiveInfinity, 0.9) with
        {
            ExplainedVariance = double.NegativeInfinity,
            EffectiveRank = double.NaN,
        };
        new ByolReport("Numbers").AddTraining([report]).Save(folder["report.html"]);
        var page = WithoutPlotly(File.ReadAllText(folder["report.html"]));
        Assert.Contains("[null]", page);
        Assert.IsFalse(Regex.IsMatch(page, @"""y"":\[[^\]]*(NaN|Infinity|∞)"), "plotly.js cannot read them.");
    }

    [TestMethod]
    public void LabelsCannotEndTheScript()
    {
        using var folder = new TemporaryFolder();
        new ByolReport("Labels")
            .AddEvaluation(
                [new EvaluationRow("</script><b>", FeatureSets.Pixels, ByolClassifier.Knn, 0.5, 0.5, 1, 0.1)])
            .Save(folder["report.html"]);
        Assert.DoesNotContain("</script><b>", File.ReadAllText(folder["report.html"]));
    }

    [TestMethod]
    public void PredictionsOfSplitsAreThoseThatTheRowsCount()
    {
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(60));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var evaluator = new ByolEvaluator(seed: 2);
        var row = evaluator.EvaluateSplits("shapes", images, 3, [ByolClassifier.Knn])
            .Single(row => row.Features == FeatureSets.Trained);
        var predictions = evaluator.PredictSplits(images, 3, ByolClassifier.Knn);
        Assert.HasCount(3 * 18, predictions);
        Assert.AreEqual(
            row.MicroAccuracy,
            predictions.Average(prediction => prediction.Label == images.Labels[prediction.Image] ? 1.0 : 0),
            1e-9);
    }

    [TestMethod]
    public void PredictionsAreShownWithTheirConfidenceAndTheWrongOnesMarked()
    {
        using var folder = new TemporaryFolder();
        var data = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        var model = _mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        var images = FeatureSets.Extract(_mlContext, model, data, "Image", "Label");
        var (first, other) = (images.Labels[0], images.Labels.First(label => label != images.Labels[0]));
        new ByolReport("Predictions")
            .AddPredictions(images, [new ByolPrediction(0, first) { Confidence = 0.974 }, new ByolPrediction(0, other)])
            .Save(folder["page.html"]);
        var page = WithoutPlotly(File.ReadAllText(folder["page.html"]));
        Assert.Contains($"<figcaption>{first}: predicted as {first} (97 %)</figcaption>", page);
        Assert.Contains($"<figcaption>{first}: predicted as {other}, wrong</figcaption>", page);
        Assert.HasCount(1, Regex.Matches(page, "<figure class=\"wrong\">"));
        Assert.Contains("1 of these 2 are correct", page);
    }

    private static string WithoutPlotly(string page) =>
        Regex.Replace(page, "<script>/\\*\\*.*?</script>", "", RegexOptions.Singleline);

    [GeneratedRegex("(src|href)=\"(?!data:)|@import|url\\(")]
    private static partial Regex Loaded();
}
