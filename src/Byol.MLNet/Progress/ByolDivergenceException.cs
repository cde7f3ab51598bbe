namespace Byol.MLNet;

/// <summary>The loss became infinite or not a number, so that going on would be of no use: the fit was ended.</summary>
public sealed class ByolDivergenceException : Exception
{
    internal ByolDivergenceException(long step, double learningRate, string? checkpoint, string message)
        : base(message)
    {
        Step = step;
        LearningRate = learningRate;
        Checkpoint = checkpoint;
    }

    /// <summary>The optimiser step at which the fit was ended.</summary>
    public long Step { get; }

    /// <summary>The learning rate of that step.</summary>
    public double LearningRate { get; }

    /// <summary>Folder of the last checkpoint before that step; null where there is none.</summary>
    public string? Checkpoint { get; }
}
