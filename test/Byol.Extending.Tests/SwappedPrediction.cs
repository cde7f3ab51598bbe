using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.Extending.Tests;

/// <summary>
/// A toy method: one network, no target and no moving average. Each view's prediction is drawn to the other view's
/// projection, whose gradient is stopped (SimSiam, Chen and He 2020, algorithm 1).
/// </summary>
internal sealed class SwappedPrediction : IPretrainingMethod
{
    private const string EncoderName = "encoder";
    private const string Projector = "projector";
    private const string Predictor = "predictor";

    private readonly EncoderArchitecture _architecture;
    private readonly Dictionary<int, Encoder> _encoders;
    private readonly MlpHead _projector;
    private readonly MlpHead _predictor;

    public SwappedPrediction(MethodSetup setup)
    {
        var heads = setup.Recipe.Heads;
        _architecture = setup.Architecture;
        TensorSpec[] specs =
        [
            .. TensorSpec.Under(EncoderName, _architecture.Tensors()),
            .. TensorSpec.Under(
                Projector,
                MlpHead.Tensors(
                    _architecture.OutputDimension, heads.ProjectorHiddenSize, heads.ProjectorOutputSize)),
            .. TensorSpec.Under(
                Predictor, MlpHead.Tensors(
                    heads.ProjectorOutputSize, heads.PredictorHiddenSize, heads.ProjectorOutputSize)),
        ];
        Trained = new NetworkParameters(specs, _ => 0, setup.Compute, setup.Device, trainable: true);
        Trained.Load(WeightInitializer.Create(specs, setup.Seed));
        _encoders = setup.ViewSides.ToDictionary(
            side => side, side => new Encoder(_architecture, side, Trained, EncoderName));
        _projector = new MlpHead(Trained, Projector);
        _predictor = new MlpHead(Trained, Predictor);
        ProjectionDimension = heads.ProjectorOutputSize;
    }

    public NetworkParameters Trained { get; }

    public IReadOnlyDictionary<string, NetworkParameters> Networks =>
        new Dictionary<string, NetworkParameters> { ["network"] = Trained };

    public int ProjectionDimension { get; }

    public StepOutputs? LastOutputs { get; private set; }

    public void BeforeStep(SchedulePosition position)
    {
    }

    public double LearningRateFactor(int group) => 1;

    public void StartFrom(NetworkWeights encoder)
    {
        var current = Trained.Export();
        Trained.Load(new NetworkWeights(
            current.Specs,
            spec => spec.Name.StartsWith(EncoderName, StringComparison.Ordinal)
                ? encoder[spec.Name[(EncoderName.Length + 1)..]]
                : current[spec.Name]));
    }

    public double AccumulateGradients(ViewPair views, double weight)
    {
        var (first, second, _) = views;
        using var scope = NewDisposeScope();
        var (projection1, prediction1) = Forward(first, training: true);
        var (projection2, prediction2) = Forward(second, training: true);
        var loss = Loss(prediction1, projection2).add(Loss(prediction2, projection1)).Scaled(weight / 2);
        loss.backward();
        Trained.CollectGradients();
        LastOutputs?.Dispose();
        LastOutputs = new StepOutputs(Keep(projection1), Keep(prediction1), Keep(projection2));
        return loss.Value();
    }

    public double AfterStep(SchedulePosition position) => 1;

    public (double Loss, Tensor Projection) Evaluate(ViewPair views)
    {
        var (first, second, _) = views;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (projection1, prediction1) = Forward(first, training: false);
        var (projection2, prediction2) = Forward(second, training: false);
        var loss = (Loss(prediction1, projection2).Value() + Loss(prediction2, projection1).Value()) / 2;
        return (loss, projection1.MoveToOuterDisposeScope());
    }

    public Tensor Embed(Tensor images)
    {
        using var _ = no_grad();
        return _encoders[(int)images.shape[3]].Embed(images);
    }

    public void SeeStatistics(Tensor images)
    {
        using var _ = no_grad();
        _encoders[(int)images.shape[3]].Forward(images, training: true);
    }

    public NetworkWeights ExportEncoder() => Trained.Export(EncoderName, _architecture.Tensors());

    public void Dispose()
    {
        LastOutputs?.Dispose();
        Trained.Dispose();
    }

    private (Tensor Projection, Tensor Prediction) Forward(Tensor view, bool training)
    {
        var projection = _projector.Forward(_encoders[(int)view.shape[3]].Forward(view, training), training);
        return (projection, _predictor.Forward(projection, training));
    }

    private static Tensor Loss(Tensor prediction, Tensor projection) =>
        nn.functional.cosine_similarity(prediction, projection.detach(), 1, 1e-8).mean().Scaled(-2).Plus(2);

    private static Tensor Keep(Tensor output) => output.detach().clone().DetachFromDisposeScope();
}
