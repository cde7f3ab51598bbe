using System.Globalization;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Byol.MLNet.Torch;

namespace Byol.Benchmarks.Checks;

/// <summary>Milliseconds of a recipe's step on ready views, of the recipe's size and of half of it.</summary>
internal static class StepCheck
{
    private const int Rounds = 5;
    private const int StepsPerRound = 20;

    public static void Run(string name, ByolPrecision precision)
    {
        var recipe = ByolRecipe.BuiltIn.Single(recipe => recipe.Name == name) with { Precision = precision };
        using var heap = new RetainedHeap();
        foreach (var side in new[] { recipe.Encoder.ImageSize / 2, recipe.Encoder.ImageSize })
        {
            using var step = new RecipeStep(recipe, side);
            step.Run();
            double[] times =
            [
                .. Enumerable.Range(0, Rounds)
                    .Select(_ => step.Time(StepsPerRound).TotalMilliseconds / StepsPerRound),
            ];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{recipe.Name}, {side} px, {recipe.Precision}: {Statistics.Median(times):F1} ms a step "
                + $"({string.Join(", ", times.Select(time => time.ToString("F1", CultureInfo.InvariantCulture)))})"));
        }
    }
}
