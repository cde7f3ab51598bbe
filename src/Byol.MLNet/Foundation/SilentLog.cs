namespace Byol.MLNet.Foundation;

/// <summary>The log of a process that leaves it to another.</summary>
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
