using Byol.MLNet.Encoders;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods;

/// <summary>
/// A way to learn an encoder from two views of each image: its networks, its loss, what happens after an optimiser's
/// step, and the encoder that comes out. A run takes steps, keeps checkpoints and reports, and knows no method by name.
/// </summary>
internal interface IPretrainingMethod : IDisposable
{
    /// <summary>What the optimiser moves.</summary>
    NetworkParameters Trained { get; }

    /// <summary>
    /// All that a resumed run needs, by the name that checkpoints keep it under; what is trained is among them.
    /// </summary>
    IReadOnlyDictionary<string, NetworkParameters> Networks { get; }

    /// <summary>Values in a projection.</summary>
    int ProjectionDimension { get; }

    /// <summary>What the first view of the last batch gave, for the diagnostics; null before the first step.</summary>
    StepOutputs? LastOutputs { get; }

    /// <summary>Tells where the run stands before the gradients of a step.</summary>
    void BeforeStep(SchedulePosition position);

    /// <summary>Factor on the learning rate of a group of the trained parameters, in the step that has begun.</summary>
    double LearningRateFactor(int group);

    /// <summary>Starts the encoder, wherever the method has it, from the given weights.</summary>
    void StartFrom(NetworkWeights encoder);

    /// <summary>
    /// Adds the gradients of a batch, times a weight, and returns the batch's loss, times that weight.
    /// </summary>
    double AccumulateGradients(ViewPair views, double weight);

    /// <summary>What follows the optimiser's step.</summary>
    /// <returns>The share of itself that a moving average kept; 1 where the method has none.</returns>
    double AfterStep(SchedulePosition position);

    /// <summary>
    /// Loss and projection of a batch without training, batch norm in evaluation mode: for held-out images.
    /// </summary>
    (double Loss, Tensor Projection) Evaluate(ViewPair views);

    /// <summary>The encoder's output in evaluation mode, fp32.</summary>
    Tensor Embed(Tensor images);

    /// <summary>Lets the encoder's batch norm see a batch, without training.</summary>
    void SeeStatistics(Tensor images);

    /// <summary>The weights of the encoder to freeze.</summary>
    NetworkWeights ExportEncoder();
}

/// <summary>
/// Where a run stands: the step, and how far its schedules are, which a time budget moves by parts of steps.
/// </summary>
/// <param name="Step">Steps taken before this one.</param>
/// <param name="Position">Where the schedules stand, as a step of <paramref name="Total"/>.</param>
/// <param name="Total">Steps of the whole run.</param>
internal readonly record struct SchedulePosition(long Step, double Position, double Total);

/// <summary>Projection, prediction and the other view's target of a batch, fp32 and detached.</summary>
internal sealed record StepOutputs(Tensor Projection, Tensor Prediction, Tensor Target) : IDisposable
{
    /// <summary>A copy of an output that outlives its step.</summary>
    public static Tensor Keep(Tensor output) => output.detach().to(float32, copy: true).DetachFromDisposeScope();

    /// <summary>Those of the whole batch, of which each process has a part.</summary>
    public StepOutputs OfAll(IByolCollective collective) => new(
        collective.Gather(Projection), collective.Gather(Prediction), collective.Gather(Target));

    public void Dispose()
    {
        Projection.Dispose();
        Prediction.Dispose();
        Target.Dispose();
    }
}
