using System.Globalization;

namespace Byol.MLNet.Pretraining;

/// <summary>Ends a run whose loss is no number any more.</summary>
internal static class Divergence
{
    /// <exception cref="ByolDivergenceException">Loss or gradient are no finite numbers.</exception>
    public static void Check(TrainingRun run, StepResult result, Checkpointer? checkpoints)
    {
        if (!double.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm))
        {
            var checkpoint = checkpoints?.LastSaved;
            var lastGood = checkpoint is null
                ? "There is no checkpoint before it."
                : $"The last good checkpoint is '{checkpoint}'.";
            throw new ByolDivergenceException(run.Step, result.LearningRate, checkpoint, string.Create(
                CultureInfo.InvariantCulture,
                $"The training diverged: at step {run.Step}, with learning rate {result.LearningRate:G3}, "
                + $"the loss was {result.Loss} and the gradient norm {result.GradientNorm}. "
                + $"{lastGood} Try a lower LearningRate, or ClipNorm where it is 0."));
        }
    }
}
