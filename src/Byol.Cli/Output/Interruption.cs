using System.Runtime.InteropServices;

namespace Byol.Cli.Output;

/// <summary>
/// Ctrl+C: the first ends the command. Work that keeps what it has (<see cref="Keep"/>) is waited for, since it ends
/// soon by itself; anything else is abandoned, since much of it cannot be stopped. The second ends the program at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>What a shell expects of a program that Ctrl+C ended.</summary>
    public const int ExitCode = 130;

    // For what looks at the token itself, so that it can say what it leaves.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Check = TimeSpan.FromMilliseconds(20);
    private static int _kept;

    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption()
    {
        _registrations =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(
                signal => PosixSignalRegistration.Create(signal, Stop)),
        ];
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Runs work that ends by itself soon after the token and keeps what it has until then.</summary>
    public static T Keep<T>(Func<T> work)
    {
        Interlocked.Increment(ref _kept);
        try
        {
            return work();
        }
        finally
        {
            Interlocked.Decrement(ref _kept);
        }
    }

    /// <summary>Runs a command to its end or to Ctrl+C.</summary>
    /// <exception cref="OperationCanceledException">
    /// Ctrl+C stopped it; it may still be running, so the program must exit.
    /// </exception>
    public async Task<int> RunAsync(Func<CancellationToken, Task<int>> command)
    {
        var running = Task.Run(() => command(Token));
        await Task.WhenAny(running, _stopped.Task);
        for (var waited = TimeSpan.Zero;
            !running.IsCompleted && waited < Grace;
            waited = Volatile.Read(ref _kept) > 0 ? TimeSpan.Zero : waited + Check)
        {
            await Task.WhenAny(running, Task.Delay(Check));
        }
        return running.IsCompleted ? await running : throw new OperationCanceledException(Token);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
        {
            ProgramExit.Now(ExitCode);
        }
        Messages.Warning(
            Volatile.Read(ref _kept) > 0 ? "stopping after the current step; once more stops at once" : "stopping");
        _source.Cancel();
        _stopped.TrySetResult();
    }
}
