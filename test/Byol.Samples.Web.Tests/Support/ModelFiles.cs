using System.Globalization;
using Byol.MLNet;
using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Samples.Web.Tests.Support;

/// <summary>Saved pipelines of one tiny encoder, made once by Byol.MLNet.</summary>
[TestClass]
public static class ModelFiles
{
    private const int Rows = 48;

    private static TemporaryFolder _folder = null!;

    /// <summary>On images; its classes are disc, frame and stripes.</summary>
    public static string First => _folder["first.zip"];

    /// <summary>The same, with classes of other names.</summary>
    public static string Second => _folder["second.zip"];

    /// <summary>On paths of files, as <c>byol evaluate</c> saves it.</summary>
    public static string OnPaths => _folder["paths.zip"];

    /// <summary>The embeddings of <see cref="Pictures"/> as <c>byol embed</c> writes them.</summary>
    public static string Index => _folder["index.csv"];

    public static IReadOnlyList<string> Pictures { get; private set; } = [];

    [AssemblyInitialize]
    public static void Make(TestContext context)
    {
        _folder = new TemporaryFolder();
        var mlContext = new MLContext(seed: 1);
        var files = TestPictures.Files(_folder["pictures"], Rows);
        Pictures = [.. files.Select(file => file.Image)];
        var paths = mlContext.Data.LoadFromEnumerable(files);
        using var encoder = mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe())
            .Fit(paths);
        Save(mlContext, paths, encoder, OnPaths);
        Save(mlContext, mlContext.Data.LoadFromEnumerable(Load(files, "")), encoder, First);
        Save(mlContext, mlContext.Data.LoadFromEnumerable(Load(files, "other ")), encoder, Second);
        WriteIndex(TestPictures.Embeddings(encoder.Transform(paths)));
    }

    [AssemblyCleanup]
    public static void Remove() => _folder.Dispose();

    private static PictureRow[] Load(FileRow[] files, string prefix) =>
        [.. files.Select(file => new PictureRow
        {
            Image = MLImage.CreateFromFile(file.Image),
            Label = prefix + file.Label,
        })];

    private static void Save(MLContext mlContext, IDataView data, ByolEmbeddingTransformer encoder, string file)
    {
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.ApplyByolEmbedding("Features", "Image", encoder))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        mlContext.Model.Save(model, data.Schema, file);
    }

    private static void WriteIndex(float[][] embeddings)
    {
        var names = Pictures.Select(picture => Path.GetFileName(picture));
        var lines = names.Zip(embeddings).Select(row => $"{row.First},{string.Join(',', row.Second.Select(Text))}");
        var header = "image," + string.Join(',', embeddings[0].Select((_, i) => $"e{i}"));
        File.WriteAllLines(Index, [header, .. lines]);
    }

    private static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
