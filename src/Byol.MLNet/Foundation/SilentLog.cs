namespace Byol.MLNet.Foundation;

/// <summary>A log that nobody reads: of a process that leaves it to another, say.</summary>
internal sealed class SilentLog : ITrainingLog
{
    public static SilentLog Instance { get; } = new();

    public void Info(string message)
    {
    }

    public void Warning(string message)
    {
    }
}
