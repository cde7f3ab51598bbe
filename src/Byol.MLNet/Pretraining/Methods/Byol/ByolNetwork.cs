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
    /// <param name="adaptation">What of the encoder is trained, and when; null is all of it, always.</param>
    /// <param name="synchronized">The processes that batch norm takes its statistics over; null is this one
    /// alone.</param>
    public ByolNetwork(
        EncoderArchitecture architecture,
        IReadOnlyList<int> viewSides,
        ByolHeadRecipe heads,
        ScalarType compute,
        Device device,
        ByolAdaptationRecipe? adaptation = null,
        IByolCollective? synchronized = null)
    {
        _architecture = architecture;
        Groups = new EncoderGroups(architecture, EncoderName, adaptation ?? new ByolAdaptationRecipe());
        var shared = SharedTensors(architecture, heads);
        var online = heads.HasPredictor ? [.. shared, .. PredictorTensors(heads)] : shared;
        Online = new(online, Group, compute, device, trainable: true) { Synchronized = synchronized };
        Target = new(shared, Group, compute, device, trainable: false) { Synchronized = synchronized };
        foreach (var side in viewSides)
        {
            _encoders.Add(
                side,
                (
                    new Encoder(architecture, side, Online, EncoderName, Groups.FrozenLayers),
                    new Encoder(architecture, side, Target, EncoderName, Groups.FrozenLayers)));
        }
        _projector = new MlpHead(Online, Projector);
        _predictor = heads.HasPredictor ? new MlpHead(Online, Predictor) : null;
        _targetProjector = new MlpHead(Target, Projector);
    }

    /// <summary>Parameter group of the predictor, which may have its own learning rate.</summary>
    public const int PredictorGroup = EncoderGroups.Head + 1;

    public NetworkParameters Online { get; }

    public NetworkParameters Target { get; }

    /// <summary>What of the encoder learns, and when.</summary>
    public EncoderGroups Groups { get; }

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
    /// <param name="view">N×3×S×S.</param>
    /// <param name="training">Whether batch norm uses the batch's statistics.</param>
    /// <param name="trainsEncoder">Whether the encoder is trained too, and not the heads alone.</param>
    public (Tensor Projection, Tensor Prediction) ForwardOnline(Tensor view, bool training, bool trainsEncoder = true)
    {
        var features = trainsEncoder
            ? EncodersFor(view).Online.Forward(Prepare(view), training)
            : ForwardFrozen(view);
        var projection = _projector.Forward(features, training);
        return (projection, _predictor?.Forward(projection, training) ?? projection);
    }

    /// <summary>
    /// The target's projection, without gradient. Where <paramref name="training"/>, it uses the batch's own
    /// statistics: one call a view.
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
        return EncodersFor(images).Online.Embed(Prepare(images)).to(float32);
    }

    /// <summary>Lets the encoder's batch norm see a batch, without training.</summary>
    public void SeeStatistics(Tensor images)
    {
        using var _ = no_grad();
        EncodersFor(images).Online.Forward(Prepare(images), training: true);
    }

    /// <summary>
    /// ξ ← τξ + (1 − τ)θ over encoder and projector (equation 1); batch-norm statistics are the target's own, or follow
    /// too.
    /// </summary>
    public void UpdateTarget(double tau, bool withStatistics = false, SideBySide? sides = null)
    {
        CachedRuns.Each(Target.Values, sides, (start, length) =>
        {
            var values = Target.Values.narrow(0, start, length);
            values.ScaleInPlace(tau).AddInPlace(Online.Values.narrow(0, start, length), 1 - tau);
            Target.ComputeValues(start, length)?.copy_(values);
        });
        Target.RefreshMatrices();
        if (withStatistics)
        {
            Target.FollowStatistics(Online, tau);
        }
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
            MlpHead.Tensors(architecture.OutputDimension, heads.ProjectorHiddenSize, heads.ProjectorOutputSize)),
    ];

    private static IEnumerable<TensorSpec> PredictorTensors(ByolHeadRecipe heads) =>
        TensorSpec.Under(
            Predictor,
            MlpHead.Tensors(heads.ProjectorOutputSize, heads.PredictorHiddenSize, heads.ProjectorOutputSize));

    private int Group(TensorSpec spec) =>
        spec.Name.StartsWith(Predictor, StringComparison.Ordinal) ? PredictorGroup : Groups.Of(spec);

    private Tensor ForwardFrozen(Tensor images)
    {
        using var _ = no_grad();
        return EncodersFor(images).Online.Forward(Prepare(images), training: false);
    }

    private (Encoder Online, Encoder Target) EncodersFor(Tensor view) => _encoders[(int)view.shape[3]];

    private Tensor Prepare(Tensor images) => images.to(Online.Compute);
}
