using System.Diagnostics;
using System.Globalization;
using Byol.Cli.Measuring;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.Benchmarks.Serving;

/// <summary>
/// The web service on the loopback interface, its clients on the same machine: requests a second beside the library's
/// batches of ONNX Runtime on the same files, and time to an answer beside one prediction engine alone.
/// </summary>
internal static class ServeCheck
{
    private const int Pictures = 192;
    private const int Requests = 2000;
    private const int Rounds = 3;
    private const double ThroughputBar = 0.9;
    private const double LatencyBar = 5;

    public static void Run(string encoder, string folder)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order().Take(Pictures)];
        byte[][] uploads = [.. files.Select(File.ReadAllBytes)];
        var mlContext = new MLContext(Samples.Seed);
        var temporary = Directory.CreateTempSubdirectory("byol-bench-");
        try
        {
            var model = Path.Combine(temporary.FullName, "model.zip");
            Save(mlContext, encoder, files, model);
            using var service = new ServiceProcess(model);
            for (var round = 1; round <= Rounds; round++)
            {
                var engine = EngineMilliseconds(mlContext, model, uploads);
                var batches = BatchesPerSecond(mlContext, encoder, files);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}: one engine {engine.P50:F2} ms (p99 {engine.P99:F2}); batches {batches:F0}/s"));
                foreach (var clients in new[] { 1, Environment.ProcessorCount, 32 })
                {
                    var load = service.Load(uploads, Requests, clients);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"  {clients} clients: {load.PerSecond:F0}/s, p50 {load.Milliseconds.P50:F2} ms, "
                        + $"p99 {load.Milliseconds.P99:F2} ms; "
                        + $"over batches {load.PerSecond / batches:F2} (bar {ThroughputBar}), "
                        + $"p99 over the engine's median {load.Milliseconds.P99 / engine.P50:F1} (bar {LatencyBar})"));
                }
            }
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    // What the classes are does not matter for speed.
    private static void Save(MLContext mlContext, string encoder, string[] files, string model)
    {
        var rows = files.Select((file, i) => new Row { ImagePath = file, Label = $"{i % 10}" });
        var paths = mlContext.Data.LoadFromEnumerable(rows);
        var images = mlContext.Transforms.LoadImages("Image", "", "ImagePath").Fit(paths).Transform(paths);
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.Transforms.LoadByolEmbedding("Features", "Image", encoder))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        mlContext.Model.Save(pipeline.Fit(images), images.Schema, model);
    }

    private static Percentiles EngineMilliseconds(MLContext mlContext, string model, byte[][] uploads)
    {
        using var engine = mlContext.Model.CreatePredictionEngine<Upload, Scored>(
            mlContext.Model.Load(model, out _));
        var milliseconds = new List<double>();
        foreach (var upload in uploads)
        {
            var start = Stopwatch.GetTimestamp();
            using var image = MLImage.CreateFromStream(new MemoryStream(upload));
            engine.Predict(new Upload { Image = image });
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return Percentiles.Of(milliseconds.Skip(uploads.Length / 10));
    }

    private static double BatchesPerSecond(MLContext mlContext, string encoder, string[] files)
    {
        var rows = mlContext.Data.LoadFromEnumerable(files.Select(file => new Row { ImagePath = file }).ToArray());
        var options = new ByolEmbeddingOptions { EmbeddingMemoryBytes = 0 };
        using var bulk = mlContext.Transforms.LoadByolEmbedding("Features", "ImagePath", encoder, options).Fit(rows);
        return EmbeddingSpeed.RowsPerSecond(bulk, rows, files.Length);
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Upload
    {
        [ImageType(64, 64)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
