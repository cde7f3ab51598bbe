using Byol.MLNet.Torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2017), as PyTorch's.</summary>
internal sealed class AdamW(double beta2, double epsilon) : IUpdateRule
{
    private readonly Adam _adam = new(beta2, epsilon);

    public int Moments => _adam.Moments;

    public bool TakesWholeTensors => false;

    public void Move(ParameterPiece piece, double learningRate, double momentum, long step)
    {
        piece.Values.ScaleInPlace(1 - learningRate * piece.Decay);
        _adam.Descend(piece, learningRate, momentum, step);
    }
}
