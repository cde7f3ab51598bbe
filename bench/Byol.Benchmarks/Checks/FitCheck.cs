using System.Globalization;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Byol.MLNet.Torch;
using Microsoft.ML;

namespace Byol.Benchmarks.Checks;

/// <summary>
/// Images a second of <c>Fit</c>, views and diagnostics included, beside a bare loop of the same step on ready tensors.
/// </summary>
internal static class FitCheck
{
    private const int Rounds = 5;
    private const int StepsPerRound = 20;

    public static void Run()
    {
        var (fits, loops) = (new List<double>(), new List<double>());
        using var walkthrough = new RecipeStep(ByolRecipe.Walkthrough);
        var images = Enumerable.Range(0, StepsPerRound * walkthrough.BatchSize)
            .Select(i => new ImageRow { Image = Samples.Image(Samples.Side, i) })
            .ToArray();
        // A round that warms up, then the ones that count.
        for (var round = 0; round <= Rounds; round++)
        {
            var (fit, loop) = (Fit(images), Loop(walkthrough));
            if (round > 0)
            {
                fits.Add(fit);
                loops.Add(loop);
            }
        }
        var (fitRate, loopRate) = (Statistics.Median(fits), Statistics.Median(loops));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Fit {fitRate:F0} images/s, bare loop {loopRate:F0} images/s: "
            + $"ratio {fitRate / loopRate:F3} (medians of {Rounds} alternating rounds)"));
    }

    private static double Fit(ImageRow[] images)
    {
        var options = new ByolOptions
        {
            Recipe = ByolRecipe.Walkthrough with { ValidationFraction = 0 },
            Epochs = 2,
            Seed = Samples.Seed,
        };
        var mlContext = new MLContext(Samples.Seed);
        var model = mlContext.Transforms.ByolEmbedding("Features", nameof(ImageRow.Image), options)
            .Fit(mlContext.Data.LoadFromEnumerable(images));
        return model.History[^1].ImagesPerSecond;
    }

    private static double Loop(RecipeStep walkthrough)
    {
        using var heap = new RetainedHeap();
        walkthrough.Run();
        return StepsPerRound * walkthrough.BatchSize / walkthrough.Time(StepsPerRound).TotalSeconds;
    }
}
