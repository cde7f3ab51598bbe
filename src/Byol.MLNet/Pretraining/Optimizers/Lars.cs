using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>
/// SGD whose gradient of each weight tensor, decay included, is scaled to η times the weights' norm (You et al. 2017).
/// </summary>
internal sealed class Lars(double trustCoefficient) : IUpdateRule
{
    public int Moments => 1;

    public bool TakesWholeTensors => true;

    public void Move(ParameterPiece piece, double learningRate, double momentum, long step)
    {
        piece.AddDecay();
        if (piece.IsWeight)
        {
            Adapt(piece);
        }
        Sgd.Descend(piece, learningRate, momentum);
    }

    private void Adapt(ParameterPiece piece)
    {
        using var scope = NewDisposeScope();
        var (weights, gradient) = (piece.Values.norm().Value(), piece.Gradients.norm().Value());
        if (weights > 0 && gradient > 0)
        {
            piece.Gradients.ScaleInPlace(trustCoefficient * weights / gradient);
        }
    }
}
