using Byol.MLNet.Foundation;

namespace Byol.MLNet.Tests;

/// <summary>A log that nobody reads.</summary>
internal sealed class NoLog : ITrainingLog
{
    public void Info(string message)
    {
    }

    public void Warning(string message)
    {
    }
}
