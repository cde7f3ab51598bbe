using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods.Taught;

/// <summary>
/// What the student is to reproduce: the teacher's outputs for each image, centred over the images and brought to the
/// same variance in each value, or in each of their principal components.
/// </summary>
internal sealed class TeacherOutputs : IDisposable
{
    private const double LeastVariance = 1e-8;

    // Batches of different sizes give an image's output with another rounding.
    private const double LeastRelativeVariance = 1e-12;

    private readonly Dictionary<int, long> _rows;
    private readonly Tensor _targets;

    /// <param name="taught">The teacher's outputs.</param>
    /// <param name="components">Principal components that are kept; null keeps all values as they are.</param>
    /// <param name="device">Where batches of them are wanted.</param>
    /// <exception cref="InvalidDataException">They are the same for every image, or no numbers.</exception>
    public TeacherOutputs(TaughtImages taught, int? components, Device device)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _rows = taught.Images.Index().ToDictionary(pair => pair.Item, pair => (long)pair.Index);
        var values = TensorRows.Of(taught.Outputs);
        var centred = values - values.mean([0], keepdim: true);
        RequireDifferences(values, centred);
        var targets = components is { } count
            ? centred.to(float64).mm(PrincipalComponents.Whitening(centred, count))
            : Standardized(centred);
        _targets = targets.to(float32).to(device).DetachFromDisposeScope();
    }

    /// <summary>Values of an output.</summary>
    public int Dimension => (int)_targets.shape[1];

    /// <summary>The outputs for the given images, N×D.</summary>
    public Tensor Of(IReadOnlyList<int> images) =>
        _targets.index_select(0, tensor(images.Select(image => _rows[image]).ToArray(), device: _targets.device));

    public void Dispose() => _targets.Dispose();

    private static void RequireDifferences(Tensor values, Tensor centred)
    {
        var (energy, variance) = ((values * values).mean().Value(), (centred * centred).mean().Value());
        if (!double.IsFinite(energy))
        {
            throw new InvalidDataException("The teacher gives values that are not finite: nobody can learn from it.");
        }
        if (variance <= LeastRelativeVariance * energy)
        {
            throw new InvalidDataException(
                "The teacher gives the same output for every image, from which nothing is learnt: either all images "
                + "are alike, or it takes other pictures than those that it was shown "
                + "(the log names their mean and deviation; a "
                + $"{nameof(ByolWeights)} can have others, and another {nameof(ByolWeights.ChannelOrder)}).");
        }
    }

    private static Tensor Standardized(Tensor centred) =>
        centred / (centred * centred).mean([0], keepdim: true).Plus(LeastVariance).sqrt();
}
