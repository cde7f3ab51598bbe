namespace Byol.MLNet.Tests;

/// <summary>An action as a receiver of reports, on the thread that reports: <see cref="Progress{T}"/> would run it on
/// another, later.</summary>
internal static class ProgressAction
{
    public static IProgress<ByolProgress> AsProgress(this Action<ByolProgress> action) => new Receiver(action);

    private sealed class Receiver(Action<ByolProgress> action) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value) => action(value);
    }
}
