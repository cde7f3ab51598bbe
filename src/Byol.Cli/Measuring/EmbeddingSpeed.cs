using System.Diagnostics;
using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.Cli.Measuring;

/// <summary>
/// Speed of the frozen encoder: in bulk from files and from memory, as the stock chain of a saved pipeline, and one by
/// one.
/// </summary>
internal static class EmbeddingSpeed
{
    private const int Passes = 3;
    private const int Predictions = 200;

    /// <summary>Rows a second of the column's embedding: the median of some passes after one that warms up.</summary>
    public static double RowsPerSecond(ITransformer model, IDataView data, long rows)
    {
        Read(model, data);
        var rates = new List<double>();
        for (var pass = 0; pass < Passes; pass++)
        {
            var start = Stopwatch.GetTimestamp();
            Read(model, data);
            rates.Add(rows / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return Statistics.Median(rates);
    }

    /// <summary>
    /// The images of the files, decoded, and the encoder on them: as our transformer, and as what a saved pipeline
    /// loads.
    /// </summary>
    public static InMemory Load(MLContext mlContext, ByolEmbeddingTransformer encoder, IEnumerable<LabelledImage> files)
    {
        var rows = files.Select(TryLoad).OfType<ImageRow>().ToArray();
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var bulk = mlContext.Transforms.ApplyByolEmbedding(
            Pretraining.EmbeddingColumn, Pretraining.ImageColumn, encoder).Fit(data);
        using var file = new MemoryStream();
        // A schema whose only column is an image cannot be stored.
        mlContext.Model.Save(bulk, inputSchema: null, file);
        file.Position = 0;
        return new InMemory(rows, data, bulk, mlContext.Model.Load(file, out _));
    }

    public static Percentiles PredictMilliseconds(MLContext mlContext, InMemory images)
    {
        using var engine = mlContext.Model.CreatePredictionEngine<ImageRow, EmbeddedRow>(
            images.Stock, new PredictionEngineOptions { OwnsTransformer = false });
        var row = images.Rows[0];
        var milliseconds = new List<double>();
        for (var i = 0; i < Predictions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            engine.Predict(row);
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return Percentiles.Of(milliseconds.Skip(Predictions / 10));
    }

    private static void Read(ITransformer model, IDataView data)
    {
        var embedded = model.Transform(data);
        var column = embedded.Schema[Pretraining.EmbeddingColumn];
        using var cursor = embedded.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> embedding = default;
        while (cursor.MoveNext())
        {
            getter(ref embedding);
        }
    }

    private static ImageRow? TryLoad(LabelledImage file)
    {
        try
        {
            return new ImageRow { Image = MLImage.CreateFromFile(file.Image) };
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return null;
        }
    }
}

/// <summary>Images in memory, and two transformers of the same encoder.</summary>
internal sealed record InMemory(
    IReadOnlyList<ImageRow> Rows, IDataView Data, ByolEmbeddingTransformer Bulk, ITransformer Stock) : IDisposable
{
    public void Dispose()
    {
        foreach (var row in Rows)
        {
            row.Image.Dispose();
        }
    }
}

/// <summary>A row with an image.</summary>
internal sealed class ImageRow
{
    [ImageType(32, 32)]
    public MLImage Image { get; set; } = null!;
}

/// <summary>A row's embedding.</summary>
internal sealed class EmbeddedRow
{
    public float[] Features { get; set; } = [];
}
