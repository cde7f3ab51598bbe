using Byol.MLNet.Foundation;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>The fixed sizes of a run; a time budget replaces <see cref="TotalSteps"/>.</summary>
internal sealed record RunPlan(
    int[] Training, int[] Validation, long StepsPerEpoch, long TotalSteps, ScalarType Compute, Device Device)
{
    /// <summary>The precision in which it computes.</summary>
    public ByolPrecision Precision => Compute == bfloat16 ? ByolPrecision.BFloat16 : ByolPrecision.Float32;

    /// <exception cref="InvalidOperationException">There are fewer images than one step needs.</exception>
    public static RunPlan Of(ByolRecipe recipe, int images, int seed, Device device, ByolPrecision? resumed = null)
    {
        var (training, validation) = Split(recipe, images, seed);
        if (training.Length < recipe.StepImages)
        {
            throw new InvalidOperationException(TooFew(recipe, images, training.Length));
        }
        var compute = TorchRuntime.ChoosePrecision(resumed ?? recipe.Precision, device);
        return new RunPlan([], validation, 0, 0, compute, device).On(training, recipe);
    }

    /// <summary>The same run on other images.</summary>
    public RunPlan On(int[] training, ByolRecipe recipe)
    {
        var stepsPerEpoch = training.Length / recipe.BatchSize / recipe.GradientAccumulation;
        return this with
        {
            Training = training,
            StepsPerEpoch = stepsPerEpoch,
            TotalSteps = (long)stepsPerEpoch * recipe.Epochs,
        };
    }

    private static (int[] Training, int[] Validation) Split(ByolRecipe recipe, int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        RandomStream.For(RandomPurpose.ValidationSplit, seed).Shuffle<int>(order);
        var validation = HeldOut(recipe, count);
        return (order[validation..], order[..validation]);
    }

    // Batch statistics of one image say nothing, so a lone held-out image is trained on.
    private static int HeldOut(ByolRecipe recipe, int count) =>
        (int)Math.Round(count * recipe.ValidationFraction) is >= 2 and var held ? held : 0;

    private static string TooFew(ByolRecipe recipe, int images, int training)
    {
        var needed = (long)recipe.BatchSize * recipe.GradientAccumulation;
        var least = needed;
        while (least <= int.MaxValue && least - HeldOut(recipe, (int)least) < needed)
        {
            least++;
        }
        var largest = training / recipe.GradientAccumulation;
        var held = training == images
            ? ""
            : $", {images - training} of them held out by {nameof(ByolRecipe.ValidationFraction)}";
        var accumulation = recipe.GradientAccumulation == 1
            ? ""
            : $" and {nameof(ByolRecipe.GradientAccumulation)} {recipe.GradientAccumulation}";
        var smaller = largest < 2 ? "" : $"set {nameof(ByolRecipe.BatchSize)} to {largest} or less, or ";
        return $"There {(images == 1 ? "is" : "are")} {Counted.Text(images, "readable image")}{held}, "
            + "fewer than one step needs: "
            + $"{nameof(ByolRecipe.BatchSize)} is {recipe.BatchSize}{accumulation}; "
            + $"{smaller}give {least} images or more.";
    }
}
