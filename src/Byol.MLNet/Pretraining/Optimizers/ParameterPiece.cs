using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>Views of a run of weights that are moved alike.</summary>
/// <param name="Values">The weights.</param>
/// <param name="Gradients">Their gradients.</param>
/// <param name="Moments">What the rule remembers of them; zeros at first.</param>
/// <param name="Computed">What the layers compute with, where that is a copy of the weights.</param>
/// <param name="Group">Their group.</param>
/// <param name="IsWeight">False for biases and batch norm, which are never decayed or adapted (Grill et al. 2020,
/// section 3.3).</param>
/// <param name="Decay">Weight decay.</param>
internal sealed record ParameterPiece(
    Tensor Values,
    Tensor Gradients,
    IReadOnlyList<Tensor> Moments,
    Tensor? Computed,
    int Group,
    bool IsWeight,
    double Decay) : IDisposable
{
    /// <summary>Adds the weight decay to the gradients.</summary>
    public void AddDecay()
    {
        if (Decay > 0)
        {
            Gradients.AddInPlace(Values, Decay);
        }
    }

    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
        Computed?.Dispose();
        foreach (var moment in Moments)
        {
            moment.Dispose();
        }
    }
}
