namespace Byol.MLNet.Tests;

/// <summary>An action as a receiver of reports, on the thread that reports: <see cref="Progress{T}"/> would run it on
/// another, later.</summary>
internal static class ProgressAction
{
    public static IProgress<T> AsProgress<T>(this Action<T> action) => new Receiver<T>(action);

    private sealed class Receiver<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
