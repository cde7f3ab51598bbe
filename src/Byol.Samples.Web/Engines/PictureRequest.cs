using System.Diagnostics;

namespace Byol.Samples.Web.Engines;

/// <summary>A picture that waits for an engine, and the answer that its request waits for.</summary>
internal sealed class PictureRequest(byte[] picture, CancellationToken aborted)
{
    // Who waits goes on elsewhere than on the engine's thread.
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public byte[] Picture { get; } = picture;

    public long Queued { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether nobody waits for the answer any more.</summary>
    public bool IsAborted => aborted.IsCancellationRequested;

    public Task<Answer> Answer => _answer.Task.WaitAsync(aborted);

    public void Complete(Answer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception) => _answer.TrySetException(exception);
}
