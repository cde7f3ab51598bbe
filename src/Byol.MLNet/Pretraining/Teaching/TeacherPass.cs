using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Methods.Taught;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>Lets the teacher look once at each whole image that the run is to see.</summary>
/// <param name="inputs">The run.</param>
/// <param name="network">The teacher.</param>
/// <param name="pictureSide">The median shorter side of the images before they were stored.</param>
/// <param name="log">The run's log.</param>
/// <param name="stop">Stops all processes between the same two rounds.</param>
internal sealed class TeacherPass(
    RunInputs inputs, TeacherNetwork network, int pictureSide, ITrainingLog log, AgreedCancellation stop)
{
    private const int BatchSize = 32;

    // More of a run's time is better spent on learning from the images that were looked at.
    private const double LargestShare = 0.5;

    private readonly int _side = network.Side(inputs.Recipe.Teaching.TeacherImageSize, pictureSide);

    /// <summary>
    /// The run, on the images that the teacher has looked at: all of them, unless half of the time is over before.
    /// </summary>
    /// <param name="timer">The run's time so far.</param>
    /// <param name="budget">The run's time; null has no end.</param>
    /// <param name="checkpoints">Keeps the outputs for a resumed run, which looks at those that are left; null keeps
    /// none.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public RunInputs Run(RunTimer timer, TimeSpan? budget, Checkpointer? checkpoints)
    {
        log.Info(network.Describe(_side));
        var plan = inputs.Plan;
        int[] images = [.. plan.Validation, .. plan.Training];
        var now = timer.Seconds;
        var end = now + LargestShare * ((budget ?? TimeSpan.MaxValue).TotalSeconds - now);
        var file = checkpoints?.TeacherFile(_side, plan.Precision);
        List<float[]> outputs = [.. file?.Read() ?? []];
        inputs.Collective.RequireSame(outputs.Count, "the number of images that the teacher has looked at");
        var before = outputs.Count;
        try
        {
            if (before < images.Length)
            {
                Look(images, outputs, () => timer.Seconds > end);
            }
        }
        finally
        {
            if (outputs.Count > before && inputs.Collective.Rank == 0)
            {
                file?.Write(outputs);
            }
        }
        if (outputs.Count < images.Length)
        {
            log.Warning(
                $"The teacher has looked at {outputs.Count} of {images.Length} images, as {LargestShare:P0} of the "
                + "time is for learning from them; a longer run looks at more.");
        }
        var seen = images[..outputs.Count];
        return inputs with
        {
            Plan = plan.On(seen[plan.Validation.Length..], inputs.Recipe),
            Taught = new TaughtImages(seen, outputs),
        };
    }

    // Those that are held out, and a step's, are looked at in any case. Each process looks at its part of a round.
    private void Look(int[] images, List<float[]> outputs, Func<bool> isOver)
    {
        using var teacher = network.Open(_side, inputs.Plan.Compute, inputs.Plan.Device);
        var pictures = new WholePictures(inputs.Store, _side, network.Normalization);
        var least = inputs.Plan.Validation.Length + inputs.Recipe.StepImages;
        foreach (var round in images.Skip(outputs.Count).Chunk(BatchSize * inputs.Collective.Size))
        {
            if (isOver() && outputs.Count >= least)
            {
                break;
            }
            stop.ThrowIfAgreed();
            using var scope = NewDisposeScope();
            // The last round has too few for all: each looks at the whole of it.
            var isShared = round.Length == BatchSize * inputs.Collective.Size;
            int[] own = isShared ? [.. inputs.Collective.PartOf<int>(round)] : round;
            var looked = teacher.Look(pictures.Batch(own, inputs.Plan.Device));
            outputs.AddRange(TensorRows.Read(isShared ? inputs.Collective.Gather(looked) : looked));
            inputs.Activity?.Report(new ByolActivity(ByolActivityKind.Teaching, outputs.Count, images.Length));
        }
    }
}
