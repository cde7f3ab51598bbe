using System.Diagnostics;
using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using static TorchSharp.torch;

namespace Byol.Cli.Measuring;

/// <summary>
/// Trains by a recipe for some windows of steps, each an epoch, and keeps the medians.
/// </summary>
internal static class TrainingSpeed
{
    private const int Windows = 5;
    private const int Side = 2048;

    /// <summary>Steps in a window, where so many are asked for in all.</summary>
    public static int StepsPerWindow(int steps) => Math.Max(steps / Windows, 1);

    /// <summary>
    /// The encoder, what was measured, and the threads at the end of each window: a training goes on on one beside
    /// other programs.
    /// </summary>
    public static (
        ByolEmbeddingTransformer Model, double ImagesPerSecond, ByolPhases Phases, IReadOnlyList<int> Threads) Measure(
        MLContext mlContext,
        IReadOnlyList<LabelledImage> images,
        ByolRecipe measured,
        int steps,
        CancellationToken cancellation)
    {
        var recipe = measured with
        {
            ValidationFraction = 0,
            Views = measured.Views with { HalfSizeFraction = 0 },
        };
        var threads = new ThreadsAtReports();
        var options = new ByolOptions
        {
            Progress = threads,
            Recipe = recipe,
            MaxImages = recipe.BatchSize * StepsPerWindow(steps),
            // The first epoch warms up.
            Epochs = 1 + Windows,
            // Embedding is measured pass by pass, so nothing may be remembered.
            EmbeddingMemoryBytes = 0,
            Seed = Pretraining.DefaultSeed,
            CancellationToken = cancellation,
            OnCancellation = ByolCancellation.Throw,
        };
        var model = Pretraining.Run(mlContext, images, options);
        ByolProgress[] windows = [.. model.History.Skip(1)];
        return (model, Median(window => window.ImagesPerSecond), new ByolPhases(
            Median(window => window.Phases.Load),
            Median(window => window.Phases.Augmentation),
            Median(window => window.Phases.Online),
            Median(window => window.Phases.Target),
            Median(window => window.Phases.Optimizer),
            Median(window => window.Phases.Diagnostics)), [.. threads.Seen.Skip(1)]);

        double Median(Func<ByolProgress, double> value) => Statistics.Median(windows.Select(value));
    }

    /// <summary>Reports come on the thread that trains, so the number is the training's.</summary>
    private sealed class ThreadsAtReports : IProgress<ByolProgress>
    {
        public List<int> Seen { get; } = [];

        public void Report(ByolProgress value)
        {
            if (value.IsEpochEnd)
            {
                Seen.Add(get_num_threads());
            }
        }
    }

    /// <summary>Median rate of a matrix product, 2·2048³ operations, in the given precision.</summary>
    public static double MatmulGflops(ByolPrecision precision)
    {
        using var scope = NewDisposeScope();
        var type = precision == ByolPrecision.BFloat16 ? bfloat16 : float32;
        var (left, right) = (randn([Side, Side], type), randn([Side, Side], type));
        var seconds = new List<double>();
        for (var i = 0; i < 25; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var product = left.mm(right);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2 * Math.Pow(Side, 3) / Statistics.Median(seconds.Skip(5)) / 1e9;
    }
}
