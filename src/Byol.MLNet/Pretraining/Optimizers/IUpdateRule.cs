namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>How an optimiser moves weights by their gradients.</summary>
internal interface IUpdateRule
{
    /// <summary>Values that it remembers for each weight: none for plain gradient descent, two for Adam.</summary>
    int Moments { get; }

    /// <summary>Whether a weight's step depends on the whole tensor that it is in.</summary>
    bool TakesWholeTensors { get; }

    /// <summary>Moves the values of a piece and its moments; the gradients may be changed.</summary>
    /// <param name="piece">Some of the weights.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="momentum">Momentum, or β1.</param>
    /// <param name="step">The step, from 1.</param>
    void Move(ParameterPiece piece, double learningRate, double momentum, long step);
}
