using Byol.MLNet.Foundation;

namespace Byol.Benchmarks.Checks;

/// <summary>A log that nobody reads.</summary>
internal sealed class Quiet : ITrainingLog
{
    public void Info(string message)
    {
    }

    public void Warning(string message)
    {
    }
}
