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
internal sealed class TeacherPass(RunInputs inputs, TeacherNetwork network, int pictureSide, ITrainingLog log)
{
    private const int BatchSize = 64;

    // More of a run's time is better spent on learning from the images that were looked at.
    private const double LargestShare = 0.5;

    private readonly int _side = network.Side(inputs.Recipe.Teaching.TeacherImageSize, pictureSide);

    /// <summary>
    /// The run, on the images that the teacher has looked at: all of them, unless half of the time is over before.
    /// </summary>
    /// <param name="timer">The run's time so far.</param>
    /// <param name="budget">The run's time; null has no end.</param>
    /// <param name="checkpoints">Keeps the outputs for a resumed run; null keeps none.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public RunInputs Run(RunTimer timer, TimeSpan? budget, Checkpointer? checkpoints)
    {
        log.Info(network.Describe(_side));
        var plan = inputs.Plan;
        int[] images = [.. plan.Validation, .. plan.Training];
        var end = timer.Seconds + LargestShare * ((budget ?? TimeSpan.MaxValue).TotalSeconds - timer.Seconds);
        var file = checkpoints?.TeacherFile(_side, plan.Precision);
        if (file?.Read() is not { } outputs)
        {
            outputs = Look(images, () => timer.Seconds > end);
            file?.Write(outputs);
        }
        var seen = images[..Math.Min(outputs.Count, images.Length)];
        if (seen.Length < images.Length)
        {
            log.Warning(
                $"The teacher has looked at {seen.Length} of {images.Length} images when "
                + $"{LargestShare:P0} of the time was over; the run learns from these.");
        }
        return inputs with
        {
            Plan = plan.On(seen[plan.Validation.Length..], inputs.Recipe),
            Taught = new TaughtImages(seen, outputs),
        };
    }

    // Those that are held out, and a step's, are looked at in any case.
    private List<float[]> Look(int[] images, Func<bool> isOver)
    {
        using var teacher = network.Open(_side, inputs.Plan.Compute, inputs.Plan.Device);
        var pictures = new WholePictures(inputs.Store, _side, network.Normalization);
        var outputs = new List<float[]>(images.Length);
        var least = inputs.Plan.Validation.Length + inputs.Recipe.StepImages;
        foreach (var batch in images.Chunk(BatchSize))
        {
            if (outputs.Count >= least && isOver())
            {
                break;
            }
            inputs.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            outputs.AddRange(TensorRows.Read(teacher.Look(pictures.Batch(batch, inputs.Plan.Device))));
            inputs.Activity?.Report(new ByolActivity(ByolActivityKind.Teaching, outputs.Count, images.Length));
        }
        return outputs;
    }
}
