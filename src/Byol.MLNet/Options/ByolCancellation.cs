namespace Byol.MLNet;

/// <summary>What a cancelled <see cref="ByolOptions.CancellationToken"/> does to a running fit.</summary>
public enum ByolCancellation
{
    /// <summary>The fit ends after the current step and returns the encoder trained so far; it throws an
    /// <see cref="OperationCanceledException"/> where no step was taken.</summary>
    KeepTrained,

    /// <summary>The fit throws an <see cref="OperationCanceledException"/>.</summary>
    Throw,
}
