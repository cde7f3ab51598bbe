using Byol.MLNet.Foundation;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>The fixed sizes of a run; a time budget replaces <see cref="TotalSteps"/>.</summary>
internal sealed record RunPlan(
    int[] Training, int[] Validation, long StepsPerEpoch, long TotalSteps, ScalarType Compute, Device Device)
{
    /// <exception cref="InvalidOperationException">There are fewer images than one step needs.</exception>
    public static RunPlan Of(ByolOptions options, int images, int seed, Device device)
    {
        var (training, validation) = Split(options, images, seed);
        var stepsPerEpoch = training.Length / options.BatchSize / options.GradientAccumulation;
        if (stepsPerEpoch == 0)
        {
            throw new InvalidOperationException(TooFew(options, images, training.Length));
        }
        var compute = TorchRuntime.ChoosePrecision(options.Precision, device);
        return new RunPlan(training, validation, stepsPerEpoch, (long)stepsPerEpoch * options.Epochs, compute, device);
    }

    private static (int[] Training, int[] Validation) Split(ByolOptions options, int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        RandomStream.For(RandomPurpose.ValidationSplit, seed).Shuffle<int>(order);
        var validation = HeldOut(options, count);
        return (order[validation..], order[..validation]);
    }

    // Batch statistics of one image say nothing, so a lone held-out image is trained on.
    private static int HeldOut(ByolOptions options, int count) =>
        (int)Math.Round(count * options.ValidationFraction) is >= 2 and var held ? held : 0;

    private static string TooFew(ByolOptions options, int images, int training)
    {
        var needed = (long)options.BatchSize * options.GradientAccumulation;
        var least = needed;
        while (least <= int.MaxValue && least - HeldOut(options, (int)least) < needed)
        {
            least++;
        }
        var largest = training / options.GradientAccumulation;
        var held = training == images
            ? ""
            : $", {images - training} of them held out by {nameof(ByolOptions.ValidationFraction)}";
        var accumulation = options.GradientAccumulation == 1
            ? ""
            : $" and {nameof(ByolOptions.GradientAccumulation)} {options.GradientAccumulation}";
        var smaller = largest < 2 ? "" : $"set {nameof(ByolOptions.BatchSize)} to {largest} or less, or ";
        return $"There are {images} readable images{held}, fewer than one step needs: "
            + $"{nameof(ByolOptions.BatchSize)} is {options.BatchSize}{accumulation}; {smaller}give {least} images or more.";
    }
}
