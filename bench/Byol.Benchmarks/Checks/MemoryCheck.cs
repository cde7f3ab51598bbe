using System.Diagnostics;
using System.Globalization;
using Byol.MLNet;
using Byol.MLNet.Embedding;
using Byol.MLNet.Pretraining;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Byol.Benchmarks.Checks;

/// <summary>
/// Prints the process's memory after a first part and at the end of 500 training steps and of 100,000 embedded rows.
/// </summary>
internal static class MemoryCheck
{
    private const int Epochs = 10;
    private const int StepsPerEpoch = 50;
    private const int Rows = 100_000;
    private const int RowsBetweenLines = 20_000;

    public static void Run()
    {
        Train();
        Embed();
    }

    private static void Train()
    {
        var recipe = ByolRecipe.Walkthrough with { ValidationFraction = 0, Epochs = Epochs };
        var options = new ByolOptions { Progress = new Lines(progress => Print($"{progress.Step} steps")) };
        using var store = Samples.Store(StepsPerEpoch * recipe.BatchSize);
        new Pretrainer(options, recipe, Samples.Seed, CPU, new Quiet()).Train(store);
    }

    private static void Embed()
    {
        var mlContext = new MLContext(Samples.Seed);
        var images = Enumerable.Range(0, 100)
            .Select(i => new ImageRow { Image = Samples.Image(Samples.Side, i) })
            .ToArray();
        var data = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => images[i % images.Length]));
        using var encoder = new ByolEmbeddingTransformer(
            mlContext.Transforms,
            "Features",
            nameof(ImageRow.Image),
            data.Schema,
            new SharedEncoder(mlContext.Transforms, Samples.Encoder()),
            EmbeddingSettings.Default with { MemoryBytes = 0 },
            FitReport.None);
        var embedded = encoder.Transform(data);
        var column = embedded.Schema["Features"];
        using var cursor = embedded.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> embedding = default;
        for (var row = 1; cursor.MoveNext(); row++)
        {
            getter(ref embedding);
            if (row % RowsBetweenLines == 0)
            {
                Print($"{row} rows");
            }
        }
    }

    private static void Print(string after)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"after {after,12}: process {Process.GetCurrentProcess().WorkingSet64 / 1e6:F0} MB, "
            + $"managed {GC.GetTotalMemory(forceFullCollection: true) / 1e6:F1} MB, tensors {Tensor.TotalCount}"));
    }

    // Progress<T> would report on another thread, later.
    private sealed class Lines(Action<ByolProgress> action) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value) => action(value);
    }
}
