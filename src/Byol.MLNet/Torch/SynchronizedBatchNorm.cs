using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// Batch normalisation in training, with the mean and the variance of all processes' batches: N processes with a part
/// of a batch each compute what one does with the whole of it. TorchSharp keeps an instance as a function's type, so
/// that what a call needs comes with its arguments.
/// </summary>
internal sealed class SynchronizedBatchNorm : autograd.SingleTensorFunction<SynchronizedBatchNorm>
{
    private const string Collective = "collective";
    private const string Count = "count";
    private const int ArgumentsWithoutGradient = 5;

    /// <summary>The normalised batch; the running statistics follow by <paramref name="momentum"/>.</summary>
    public static Tensor Apply(
        Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double momentum, double epsilon,
        IByolCollective collective) => apply(x, scale, shift, mean, variance, momentum, epsilon, collective);

    public override string Name => nameof(SynchronizedBatchNorm);

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        if (arguments is not [
            Tensor x, Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, double momentum,
            double epsilon, IByolCollective collective])
        {
            throw new ArgumentException("Arguments are those of Apply.", nameof(arguments));
        }
        using var scope = NewDisposeScope();
        var axes = Axes(x);
        var values = x.to(float32);
        // The values' number may differ from process to process.
        var (sum, count) = Sums(collective, values.sum(axes), (float)(x.numel() / x.shape[1]));
        var mean = sum.Scaled(1 / count);
        var centred = values - Spread(mean, x);
        var (squares, _) = Sums(collective, centred.square().sum(axes), 0);
        var variance = squares.Scaled(1 / count);
        runningMean.ScaleInPlace(1 - momentum).AddInPlace(mean, momentum);
        runningVariance.ScaleInPlace(1 - momentum).AddInPlace(variance, momentum * count / (count - 1));
        var inverse = variance.Plus(epsilon).rsqrt();
        var normalized = centred * Spread(inverse, x);
        context.save_for_backward(
        [
            normalized.to(x.dtype).MoveToOuterDisposeScope(), inverse.MoveToOuterDisposeScope(), scale,
        ]);
        context.save_data(Collective, collective);
        context.save_data(Count, count);
        return (normalized * Spread(scale, x) + Spread(shift, x)).to(x.dtype).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var saved = context.get_saved_variables();
        var (normalized, inverse, scale) = (saved[0].to(float32), saved[1], saved[2]);
        var collective = (IByolCollective)context.get_data(Collective);
        var count = (float)context.get_data(Count);
        var incoming = gradient.to(float32);
        var axes = Axes(gradient);
        // The processes' gradients are added up after backward: each gives its own part of these two.
        var ofShift = incoming.sum(axes);
        var ofScale = (incoming * normalized).sum(axes);
        var (sums, _) = Sums(collective, cat([ofShift, ofScale]), 0);
        var means = sums.Scaled(1 / count).chunk(2);
        var ofInput = (incoming - Spread(means[0], gradient) - normalized * Spread(means[1], gradient))
            * Spread(scale * inverse, gradient);
        return
        [
            ofInput.to(gradient.dtype).MoveToOuterDisposeScope(),
            ofScale.MoveToOuterDisposeScope(),
            ofShift.MoveToOuterDisposeScope(),
            .. Enumerable.Repeat<Tensor>(null!, ArgumentsWithoutGradient),
        ];
    }

    // Over all but the channels.
    private static long[] Axes(Tensor x) => [0, .. Enumerable.Range(2, x.shape.Length - 2).Select(axis => (long)axis)];

    private static Tensor Spread(Tensor ofChannels, Tensor x) =>
        x.shape.Length == 2 ? ofChannels : ofChannels.view(-1, 1, 1);

    private static (Tensor Sum, float Count) Sums(IByolCollective collective, Tensor own, float count)
    {
        using var scope = NewDisposeScope();
        var all = cat([own.cpu(), tensor([count])]).contiguous();
        collective.Sum(all);
        return (
            all.narrow(0, 0, own.shape[0]).to(own.device).MoveToOuterDisposeScope(),
            all[-1].item<float>());
    }
}
