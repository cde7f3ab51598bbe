using System.IO.Pipelines;

namespace Byol.Samples.Web.Uploads;

/// <summary>
/// A request's body, a read of which ends when it is cancelled. The server's own reads do not end then, so that it
/// cannot read what is left of the body, and logs an error.
/// </summary>
internal sealed class CancellableBody(PipeReader body) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        using var cancelling = cancellationToken.UnsafeRegister(
            static reader => ((PipeReader)reader!).CancelPendingRead(), body);
        var result = await body.ReadAsync(CancellationToken.None);
        if (result.IsCanceled)
        {
            body.AdvanceTo(result.Buffer.Start);
            throw new OperationCanceledException(cancellationToken);
        }
        return result;
    }

    public override bool TryRead(out ReadResult result) => body.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => body.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        body.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);
}
