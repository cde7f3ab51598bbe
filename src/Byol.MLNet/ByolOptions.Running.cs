using System.ComponentModel.DataAnnotations;

namespace Byol.MLNet;

public sealed partial class ByolOptions
{
    /// <summary>
    /// Time that training may take, reading images not included. The number of steps is fitted to it from a few measured ones, so that
    /// the schedules of learning rate and τ still end where they should; <see cref="Epochs"/> then does not count. Null trains for
    /// <see cref="Epochs"/>.
    /// </summary>
    /// <value>The default value is null. Range: above 0.</value>
    [MayChangeOnResume]
    public TimeSpan? MaxTrainingTime { get; set; }

    /// <summary>
    /// Receives a report after each epoch, and every <see cref="ProgressEvery"/> steps, on the thread that fits. An exception that it
    /// throws ends the fit and is what <c>Fit</c> throws; checkpoints that were written before stay.
    /// </summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public IProgress<ByolProgress>? Progress { get; set; }

    /// <summary>
    /// Receives what the fit is busy with beside training steps (reading images, scoring) and how far that is, on the thread that fits.
    /// An exception that it throws ends the fit.
    /// </summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public IProgress<ByolActivity>? Activity { get; set; }

    /// <summary>Steps between reports within an epoch; null reports epochs alone.</summary>
    /// <value>The default value is null. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    [MayChangeOnResume]
    public int? ProgressEvery { get; set; }

    /// <summary>
    /// A file that each report is appended to as one line of JSON; null writes none. Where it can no longer be written (a full disk), a
    /// warning says so and the fit goes on without it.
    /// </summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public string? ProgressFile { get; set; }

    /// <summary>A folder for TensorBoard's event files; null writes none. A failure to write is treated as that of <see cref="ProgressFile"/>.</summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public string? TensorBoardDirectory { get; set; }

    /// <summary>Labelled images that the encoder is scored on before the first step and after each epoch, without influence on it; null scores nothing.</summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public ByolProbe? Probe { get; set; }

    /// <summary>
    /// A folder for checkpoints: subfolders <c>step-N</c>, each of a JSON manifest and the tensors in safetensors, which appear only
    /// when they are complete. One is written every <see cref="CheckpointEvery"/> steps or
    /// <see cref="CheckpointInterval"/>, when the fit is cancelled, and at its end.
    /// A checkpoint that cannot be written is a warning in the log. Null writes none.
    /// </summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public string? CheckpointDirectory { get; set; }

    /// <summary>Steps between checkpoints; null writes one at the end of each epoch, or each <see cref="CheckpointInterval"/>.</summary>
    /// <value>The default value is null. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    [MayChangeOnResume]
    public int? CheckpointEvery { get; set; }

    /// <summary>Time between checkpoints, each written at the end of a step; null goes by steps or epochs.</summary>
    /// <value>The default value is null. Range: above 0.</value>
    [MayChangeOnResume]
    public TimeSpan? CheckpointInterval { get; set; }

    /// <summary>Checkpoints to keep; older ones are removed.</summary>
    /// <value>The default value is 2. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    [MayChangeOnResume]
    public int CheckpointsKept { get; set; } = 2;

    /// <summary>
    /// Goes on from the newest checkpoint in <see cref="CheckpointDirectory"/> that can be read, as if the fit had never stopped (bit
    /// for bit in <see cref="ByolPrecision.Float32"/> on a CPU); starts anew where there is none. Images and options must be the same,
    /// except for length, reports, checkpoints and memory.
    /// </summary>
    /// <value>The default value is false.</value>
    [MayChangeOnResume]
    public bool Resume { get; set; }

    /// <summary>Ends a running fit between two steps.</summary>
    /// <value>The default value is a token that is never cancelled.</value>
    [MayChangeOnResume]
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What cancelling does. Before the first step there is no trained encoder, so a fit that is still reading images always throws.</summary>
    /// <value>The default value is <see cref="ByolCancellation.KeepTrained"/>.</value>
    [MayChangeOnResume]
    public ByolCancellation OnCancellation { get; set; } = ByolCancellation.KeepTrained;
}

/// <summary>Marks an option that a resumed run need not share with the run that wrote the checkpoint.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MayChangeOnResumeAttribute : Attribute;
