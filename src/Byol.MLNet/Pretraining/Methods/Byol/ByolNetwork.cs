using Byol.MLNet.Encoders;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods.Byol;

/// <summary>
/// The two networks of BYOL (Grill et al. 2020, figure 2): online = encoder f, projector g, predictor q with weights θ;
/// target = encoder and projector with weights ξ, a slowly moving average of θ that gets no gradient.
/// </summary>
internal sealed class ByolNetwork : IDisposable
{
    private const string EncoderName = "encoder";
    private const string Projector = "projector";
    private const string Predictor = "predictor";

    private readonly EncoderArchitecture _architecture;
    private readonly Dictionary<int, (Encoder Online, Encoder Target)> _encoders = [];
    private readonly MlpHead _projector;
    private readonly MlpHead? _predictor;
    private readonly MlpHead _targetProjector;

    /// <param name="architecture">The encoder's layers.</param>
    /// <param name="viewSides">The sides that views may have: how a layer computes best depends on its pictures'
    /// size.</param>
    /// <param name="heads">Sizes of projector and predictor.</param>
    /// <param name="compute">float32 or bfloat16 (float64 in tests).</param>
    /// <param name="device">Where the tensors live.</param>
    public ByolNetwork(
        EncoderArchitecture architecture,
        IReadOnlyList<int> viewSides,
        ByolHeadRecipe heads,
        ScalarType compute,
        Device device)
    {
        _architecture = architecture;
        var shared = SharedTensors(architecture, heads);
        var online = heads.HasPredictor ? [.. shared, .. PredictorTensors(heads)] : shared;
        Online = new NetworkParameters(online, Group, compute, device, trainable: true);
        Target = new NetworkParameters(shared, Group, compute, device, trainable: false);
        foreach (var side in viewSides)
        {
            _encoders.Add(
                side,
                (
                    new Encoder(architecture, side, Online, EncoderName),
                    new Encoder(architecture, side, Target, EncoderName)));
        }
        _projector = new MlpHead(Online, Projector);
        _predictor = heads.HasPredictor ? new MlpHead(Online, Predictor) : null;
        _targetProjector = new MlpHead(Target, Projector);
    }

    /// <summary>
    /// Parameter group of encoder and projector; the predictor's is 1, since it may have its own learning rate.
    /// </summary>
    public const int EncoderGroup = 0;

    public const int PredictorGroup = 1;

    public NetworkParameters Online { get; }

    public NetworkParameters Target { get; }

    /// <summary>Sets the online weights and makes the target a copy of them, statistics included.</summary>
    public void Load(NetworkWeights online) => Load(online, online);

    /// <summary>Sets both networks.</summary>
    public void Load(NetworkWeights online, NetworkWeights target)
    {
        Online.Load(online);
        Target.Load(target);
    }

    /// <summary>Starts both encoders from the given weights, under torchvision's names.</summary>
    public void LoadEncoder(NetworkWeights encoder)
    {
        Online.LoadUnder(EncoderName, encoder);
        Target.Load(Online.Export());
    }

    /// <summary>Projection z and prediction q(z) of the online network, in the compute type.</summary>
    public (Tensor Projection, Tensor Prediction) ForwardOnline(Tensor view, bool training)
    {
        var projection = _projector.Forward(EncodersFor(view).Online.Forward(Prepare(view), training), training);
        return (projection, _predictor?.Forward(projection, training) ?? projection);
    }

    /// <summary>
    /// The target's projection, without gradient. In training it uses its own batch statistics: one call a view.
    /// </summary>
    public Tensor ForwardTarget(Tensor view, bool training)
    {
        using var _ = no_grad();
        return _targetProjector.Forward(EncodersFor(view).Target.Forward(Prepare(view), training), training);
    }

    /// <summary>The frozen encoder's output in evaluation mode, fp32.</summary>
    public Tensor Embed(Tensor images)
    {
        using var _ = no_grad();
        return EncodersFor(images).Online.Forward(Prepare(images), training: false).to(float32);
    }

    /// <summary>
    /// ξ ← τξ + (1 − τ)θ over encoder and projector (equation 1); batch-norm statistics are the target's own.
    /// </summary>
    public void UpdateTarget(double tau)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Target.Values.ScaleInPlace(tau).AddInPlace(Online.Values.narrow(0, 0, Target.Values.shape[0]), 1 - tau);
        Target.RefreshComputeValues();
    }

    /// <summary>The online encoder's weights under torchvision's names.</summary>
    public NetworkWeights ExportEncoder() => Online.Export(EncoderName, _architecture.Tensors());

    public void Dispose()
    {
        Online.Dispose();
        Target.Dispose();
    }

    private static TensorSpec[] SharedTensors(EncoderArchitecture architecture, ByolHeadRecipe heads) =>
    [
        .. TensorSpec.Under(EncoderName, architecture.Tensors()),
        .. TensorSpec.Under(
            Projector,
            MlpHead.Tensors(architecture.EmbeddingDimension, heads.ProjectorHiddenSize, heads.ProjectorOutputSize)),
    ];

    private static IEnumerable<TensorSpec> PredictorTensors(ByolHeadRecipe heads) =>
        TensorSpec.Under(
            Predictor,
            MlpHead.Tensors(heads.ProjectorOutputSize, heads.PredictorHiddenSize, heads.ProjectorOutputSize));

    private static int Group(TensorSpec spec) =>
        spec.Name.StartsWith(Predictor, StringComparison.Ordinal) ? PredictorGroup : EncoderGroup;

    private (Encoder Online, Encoder Target) EncodersFor(Tensor view) => _encoders[(int)view.shape[3]];

    private Tensor Prepare(Tensor images) => images.to(Online.Compute);
}
