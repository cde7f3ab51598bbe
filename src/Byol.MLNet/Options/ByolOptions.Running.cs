using System.ComponentModel.DataAnnotations;

namespace Byol.MLNet;

/// <content>Reports, checkpoints and stopping: nothing here changes what is learnt.</content>
public sealed partial class ByolOptions
{
    /// <summary>
    /// Receives a report after each epoch, and every <see cref="ProgressEvery"/> steps, on the thread that fits. An
    /// exception that it throws ends the fit, as the inner exception of one that names the file in which the encoder
    /// trained so far is kept.
    /// </summary>
    /// <value>The default value is null.</value>
    public IProgress<ByolProgress>? Progress { get; set; }

    /// <summary>
    /// Receives what the fit is busy with beside training steps (reading images, scoring) and how far that is, on the
    /// thread that fits.
    /// An exception that it throws ends the fit.
    /// </summary>
    /// <value>The default value is null.</value>
    public IProgress<ByolActivity>? Activity { get; set; }

    /// <summary>Steps between reports within an epoch; null reports epochs alone.</summary>
    /// <value>The default value is null. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int? ProgressEvery { get; set; }

    /// <summary>
    /// A file that each report is appended to as one line of JSON; null writes none. Where it can no longer be written
    /// (a full disk), a warning says so and the fit goes on without it.
    /// </summary>
    /// <value>The default value is null.</value>
    public string? ProgressFile { get; set; }

    /// <summary>
    /// A folder for TensorBoard's event files; null writes none. A failure to write is treated as that of
    /// <see cref="ProgressFile"/>.
    /// </summary>
    /// <value>The default value is null.</value>
    public string? TensorBoardDirectory { get; set; }

    /// <summary>
    /// Labelled images that the encoder is scored on before the first step and after each epoch, without influence on
    /// it; null scores nothing.
    /// </summary>
    /// <value>The default value is null.</value>
    public ByolProbe? Probe { get; set; }

    /// <summary>
    /// A folder for checkpoints: subfolders <c>step-N</c>, each of a JSON manifest and the tensors in safetensors,
    /// which appear only when they are complete. One is written every <see cref="CheckpointEvery"/> steps or
    /// <see cref="CheckpointInterval"/>, when the fit is cancelled, and at its end.
    /// A folder that cannot be written ends the fit before it reads images; a checkpoint that cannot be written later
    /// is a warning in the log. While a fit runs, no other one can use the folder. Null writes none.
    /// </summary>
    /// <value>The default value is null.</value>
    public string? CheckpointDirectory { get; set; }

    /// <summary>
    /// Steps between checkpoints; null writes one at the end of each epoch, or each <see cref="CheckpointInterval"/>.
    /// </summary>
    /// <value>The default value is null. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int? CheckpointEvery { get; set; }

    /// <summary>Time between checkpoints, each written at the end of a step; null goes by steps or epochs.</summary>
    /// <value>The default value is null. Range: above 0.</value>
    public TimeSpan? CheckpointInterval { get; set; }

    /// <summary>Checkpoints to keep; older ones are removed.</summary>
    /// <value>The default value is 2. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int CheckpointsKept { get; set; } = 2;

    /// <summary>
    /// Goes on from the newest checkpoint in <see cref="CheckpointDirectory"/> that can be read, as if the fit had
    /// never stopped (bit for bit in <see cref="ByolPrecision.Float32"/> on a CPU, without
    /// <see cref="MaxTrainingTime"/>), on as many threads of libtorch as it began with where the machine has them, else
    /// with a warning; starts anew where there is none. Images, all pixels of them, and options must be the same,
    /// except for length, reports, checkpoints and memory.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool Resume { get; set; }

    /// <summary>Ends a running fit after its current step, or before its first one.</summary>
    /// <value>The default value is a token that is never cancelled.</value>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What cancelling does after the first step. Before it, while images are read, say, nothing is trained:
    /// the fit then always throws and writes nothing.</summary>
    /// <value>The default value is <see cref="ByolCancellation.KeepTrained"/>.</value>
    public ByolCancellation OnCancellation { get; set; } = ByolCancellation.KeepTrained;

    /// <summary>
    /// The processes that train together, each on its part of every batch; process 0 alone logs, reports, and writes
    /// files. Null is the MPI job that this process belongs to, where mpirun (Open MPI, MPICH, MS-MPI) started it, else
    /// this process alone (<see cref="IByolCollective.Alone"/> is that in any case). All processes call Fit with the
    /// same rows and options, and all get the same encoder.
    /// </summary>
    /// <value>The default value is null.</value>
    public IByolCollective? Collective { get; set; }

    /// <summary>
    /// Whether batch norm takes its statistics over the batches of all processes, which then compute what one process
    /// does with the whole batch; else each takes those of its own part, which is quicker, and good from 64 images a
    /// process.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool SynchronizeBatchNorm { get; set; }
}
