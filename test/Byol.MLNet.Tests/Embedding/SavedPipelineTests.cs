using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>A program that has neither this library nor libtorch loads what was saved, and embeds the same.</summary>
[TestClass]
public class SavedPipelineTests
{
    private const int Pictures = 40;

    private readonly MLContext _mlContext = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void PathsAndImageObjectsEmbedAlike()
    {
        var files = TestPictures.Files(_folder.Path, Pictures);
        var output = SaveAndRun(TestPictures.TinyRecipe(), files, out var expected);
        Assert.IsLessThan(1e-4, TestPictures.LargestDifference(expected, Parse(output)));

        var images = _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(Pictures));
        _mlContext.Model.Save(Fit(TestPictures.TinyRecipe(), images), images.Schema, _folder["images.zip"]);
        output = Run([_folder["images.zip"], "images", .. files.Select(file => file.Image)]);
        Assert.IsLessThan(1e-4, TestPictures.LargestDifference(expected, Parse(output[..^1])));
        Assert.AreEqual("images unchanged", output[^1]);
    }

    [TestMethod]
    [DataRow("fast")]
    [DataRow("fast-photographs")]
    [DataRow("taught")]
    [DataRow("adapt")]
    [DataRow("walkthrough")]
    public void EachRecipesPipelineLoads(string recipe)
    {
        var known = Fit(TestPictures.TinyRecipe(), _mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32)));
        known.SaveOnnx(_folder["known.onnx"]);
        var options = new ByolOptions
        {
            Recipe = ByolRecipe.BuiltIn.Single(built => built.Name == recipe) with { BatchSize = 16, Epochs = 1 },
            Start = recipe == "adapt" ? _folder["known.onnx"] : null,
        };
        if (recipe == "taught")
        {
            options.Teacher = _folder["known.onnx"];
        }
        var files = TestPictures.Files(_folder["pictures"], Pictures, side: 96);
        var output = SaveAndRun(options, files, out var expected);
        Assert.IsLessThan(1e-3, TestPictures.LargestDifference(expected, Parse(output)));
    }

    private string[] SaveAndRun(ByolOptions options, FileRow[] files, out float[][] expected)
    {
        var data = _mlContext.Data.LoadFromEnumerable(files);
        var model = Fit(options, data);
        _mlContext.Model.Save(model, data.Schema, _folder["paths.zip"]);
        expected = TestPictures.Embeddings(model.Transform(data));
        return Run([_folder["paths.zip"], "paths", .. files.Select(file => file.Image)]);
    }

    private ByolEmbeddingTransformer Fit(ByolOptions options, IDataView data) =>
        _mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);

    private static string[] Run(string[] arguments)
    {
        // bin/CONFIGURATION/FRAMEWORK of this project and of that one are named alike.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            own.Parent!.Parent!.Parent!.Parent!.FullName, "Byol.SavedPipeline", "bin", own.Parent.Name, own.Name,
            "Byol.SavedPipeline.dll");
        Assert.IsEmpty(
            Directory.GetFiles(Path.GetDirectoryName(program)!, "*orch*", SearchOption.AllDirectories),
            "libtorch must not be there");
        Assert.IsEmpty(
            Directory.GetFiles(Path.GetDirectoryName(program)!, "Byol.MLNet*"), "the library must not be there");
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static float[][] Parse(string[] lines) =>
        [
            .. lines.Select(
                line => line.Split(' ')
                    .Select(value => float.Parse(value, CultureInfo.InvariantCulture))
                    .ToArray())];
}
