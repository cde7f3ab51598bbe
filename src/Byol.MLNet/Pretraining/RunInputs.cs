using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Pretraining.Methods.Taught;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Pretraining.Probing;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using TorchSharp;

namespace Byol.MLNet.Pretraining;

/// <summary>What a run works on, beside where it stands.</summary>
/// <param name="Recipe">What the result depends on.</param>
/// <param name="Plan">The run's fixed sizes.</param>
/// <param name="Seed">Of weights, order and views.</param>
/// <param name="Store">The images.</param>
/// <param name="Normalization">What the encoder's input is normalised with.</param>
/// <param name="Probe">Labelled images to score on; null has none.</param>
/// <param name="Activity">Receives what the run is busy with beside steps.</param>
/// <param name="Method">Makes the method.</param>
/// <param name="Cancellation">Ends it.</param>
internal sealed record RunInputs(
    ByolRecipe Recipe,
    RunPlan Plan,
    int Seed,
    ImageStore Store,
    Normalization Normalization,
    OnlineProbe? Probe,
    IProgress<ByolActivity>? Activity,
    Func<MethodSetup, IPretrainingMethod> Method,
    CancellationToken Cancellation)
{
    /// <summary>The processes that train together.</summary>
    public IByolCollective Collective { get; init; } = SingleProcess.Instance;

    /// <summary>Whether batch norm takes its statistics over all processes.</summary>
    public bool SynchronizesBatchNorm { get; init; }

    /// <summary>The processes that batch norm takes its statistics over; null is this one alone.</summary>
    public IByolCollective? Synchronized => SynchronizesBatchNorm && Collective.Size > 1 ? Collective : null;

    /// <summary>What the teacher makes of the images; null where the recipe has no teacher.</summary>
    public TaughtImages? Taught { get; init; }

    /// <summary>Draws views of images as the recipe says.</summary>
    /// <param name="images">Which of the store.</param>
    /// <param name="purpose">What the draws are for.</param>
    /// <param name="batchSize">Images a batch; null is the recipe's.</param>
    public TwoViewLoader Loader(int[] images, RandomPurpose purpose, int? batchSize = null) =>
        new(Store, images, batchSize ?? Recipe.BatchSize, Recipe.Views, Normalization, Seed, purpose);

    /// <summary>Draws this process's part of the views to train on.</summary>
    /// <param name="drawn">Is told how long each batch took.</param>
    public TwoViewLoader TrainingLoader(Action<TimeSpan> drawn) => new(
        Store, Plan.Training, Recipe.BatchSize, Recipe.Views, Normalization, Seed, RandomPurpose.View, drawn,
        Collective);

    /// <summary>What takes both halves of a step at once, where that may be.</summary>
    public SideBySide CreateSides() => new(Plan.Device.type == DeviceType.CPU && Synchronized is null);

    /// <summary>The method, for all sides of pictures that the run may show it.</summary>
    public IPretrainingMethod CreateMethod(PhaseClock clock, SideBySide sides)
    {
        var encoder = Recipe.Encoder;
        int[] halfSize = Recipe.Views.HalfSizeFraction == 0 ? [] : [encoder.ImageSize / 2];
        int[] viewSides = [encoder.ImageSize, .. halfSize, encoder.EmbeddedSize];
        return Method(
            new MethodSetup(
                Recipe,
                encoder.Architecture(),
                [.. viewSides.Distinct()],
                Plan.Compute,
                Plan.Device,
                Seed,
                clock,
                sides)
            {
                Taught = Taught,
                Synchronized = Synchronized,
            });
    }
}
