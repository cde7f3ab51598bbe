using Byol.MLNet.Torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>Stochastic gradient descent with momentum, as PyTorch's: weight decay is added to the gradient.</summary>
internal sealed class Sgd : IUpdateRule
{
    public int Moments => 1;

    public bool TakesWholeTensors => false;

    public void Move(ParameterPiece piece, double learningRate, double momentum, long step)
    {
        piece.AddDecay();
        Descend(piece, learningRate, momentum);
    }

    // The first step's velocity is the gradient itself, since the velocity starts from zero.
    public static void Descend(ParameterPiece piece, double learningRate, double momentum)
    {
        piece.Moments[0].ScaleInPlace(momentum).AddInPlace(piece.Gradients);
        piece.Values.AddInPlace(piece.Moments[0], -learningRate);
    }
}
