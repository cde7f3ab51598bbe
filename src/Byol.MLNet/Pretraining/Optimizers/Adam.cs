using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>Adam (Kingma and Ba 2014), as PyTorch's: weight decay is added to the gradient.</summary>
internal sealed class Adam(double beta2, double epsilon) : IUpdateRule
{
    public int Moments => 2;

    public bool TakesWholeTensors => false;

    public void Move(ParameterPiece piece, double learningRate, double momentum, long step)
    {
        piece.AddDecay();
        Descend(piece, learningRate, momentum, step);
    }

    public void Descend(ParameterPiece piece, double learningRate, double beta1, long step)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (piece.Moments[0], piece.Moments[1]);
        first.ScaleInPlace(beta1).AddInPlace(piece.Gradients, 1 - beta1);
        second.ScaleInPlace(beta2).AddProductInPlace(piece.Gradients, piece.Gradients, 1 - beta2);
        var correction1 = 1 - Math.Pow(beta1, step);
        var correction2 = 1 - Math.Pow(beta2, step);
        var denominator = second.sqrt().ScaleInPlace(1 / Math.Sqrt(correction2)).AddInPlace(epsilon);
        piece.Values.AddQuotientInPlace(first, denominator, -learningRate / correction1);
    }
}
