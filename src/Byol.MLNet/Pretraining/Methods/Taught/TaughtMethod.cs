using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Pretraining.Monitoring;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Methods.Taught;

/// <summary>
/// BYOL's step with the target network replaced by a frozen teacher (Duval et al. 2023): the student predicts, from any
/// view of an image and through a linear layer, what the teacher makes of the whole image.
/// </summary>
internal sealed class TaughtMethod : IPretrainingMethod
{
    private const string EncoderName = "encoder";
    private const string HeadName = "head";
    private const int HeadGroup = EncoderGroups.Head + 1;

    private readonly EncoderArchitecture _architecture;
    private readonly ByolOptimizationRecipe _optimization;
    private readonly TeacherOutputs _teacher;
    private readonly PhaseClock _clock;
    private readonly SideBySide _sides;
    private readonly Dictionary<int, Encoder> _encoders;
    private readonly Linear _head;
    private readonly EncoderGroups _groups;
    private SchedulePosition _position;

    public TaughtMethod(MethodSetup setup, TaughtImages taught)
    {
        _architecture = setup.Architecture;
        _optimization = setup.Recipe.Optimization;
        _teacher = new TeacherOutputs(taught, setup.Recipe.Teaching.TeacherComponents, setup.Device);
        _clock = setup.Clock;
        _sides = setup.Sides;
        _groups = new EncoderGroups(_architecture, EncoderName, setup.Recipe.Adaptation);
        TensorSpec[] specs =
        [
            .. TensorSpec.Under(EncoderName, _architecture.Tensors()),
            .. TensorSpec.Linear(HeadName, _teacher.Dimension, _architecture.OutputDimension),
        ];
        Trained = new NetworkParameters(specs, Group, setup.Compute, setup.Device, trainable: true)
        {
            Synchronized = setup.Synchronized,
        };
        Trained.Load(WeightInitializer.Create(specs, setup.Seed));
        _encoders = setup.ViewSides.ToDictionary(
            side => side, side => new Encoder(_architecture, side, Trained, EncoderName, _groups.FrozenLayers));
        _head = new Linear(Trained, HeadName);
        Networks = new Dictionary<string, NetworkParameters> { ["student"] = Trained };
    }

    public NetworkParameters Trained { get; }

    public IReadOnlyDictionary<string, NetworkParameters> Networks { get; }

    public int ProjectionDimension => _teacher.Dimension;

    public StepOutputs? LastOutputs { get; private set; }

    public double LearningRateFactor(int group) => group == HeadGroup
        ? _optimization.PredictorLearningRateFactor
        : _groups.LearningRateFactor(group, _position);

    public void BeforeStep(SchedulePosition position) => _position = position;

    public void StartFrom(NetworkWeights encoder) => Trained.LoadUnder(EncoderName, encoder);

    public double AccumulateGradients(ViewPair views, double weight)
    {
        using var scope = NewDisposeScope();
        var target = _teacher.Of(views.Images);
        using var _ = _clock.Measure(Phase.Online);
        var (loss1, loss2) = _sides.Run(
            () => Follow(views.First, target, weight / 2, keepOutputs: true),
            () => Follow(views.Second, target, weight / 2, keepOutputs: false));
        Trained.SecondView.Follow();
        Trained.CollectGradients(_sides);
        return loss1 + loss2;
    }

    /// <summary>The teacher does not move.</summary>
    public double AfterStep(SchedulePosition position) => 1;

    public (double Loss, Tensor Projection) Evaluate(ViewPair views)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var target = _teacher.Of(views.Images);
        var first = Predict(views.First, training: false);
        var second = Predict(views.Second, training: false);
        var loss = (ByolLoss.Of(first, target).Value() + ByolLoss.Of(second, target).Value()) / 2;
        return (loss, first.to(float32).MoveToOuterDisposeScope());
    }

    public Tensor Embed(Tensor images)
    {
        using var _ = no_grad();
        return EncoderFor(images).Embed(images.to(Trained.Compute)).to(float32);
    }

    public void SeeStatistics(Tensor images)
    {
        using var _ = no_grad();
        Encode(images, training: true);
    }

    public NetworkWeights ExportEncoder() => Trained.Export(EncoderName, _architecture.Tensors());

    public void Dispose()
    {
        LastOutputs?.Dispose();
        Trained.Dispose();
        _teacher.Dispose();
    }

    private double Follow(Tensor view, Tensor target, double weight, bool keepOutputs)
    {
        using var scope = NewDisposeScope();
        var prediction = Predict(view, training: true);
        var loss = ByolLoss.Of(prediction, target).Scaled(weight);
        loss.backward();
        if (keepOutputs)
        {
            LastOutputs?.Dispose();
            var kept = StepOutputs.Keep(prediction);
            LastOutputs = new StepOutputs(kept, kept.alias().DetachFromDisposeScope(), StepOutputs.Keep(target));
        }
        return loss.Value();
    }

    private Encoder EncoderFor(Tensor view) => _encoders[(int)view.shape[3]];

    private Tensor Predict(Tensor view, bool training) => _head.Forward(Encode(view, training));

    private Tensor Encode(Tensor view, bool training)
    {
        var learns = !training || _groups.TrainsEncoder(_position);
        using var _ = learns ? null : no_grad();
        return EncoderFor(view).Forward(view.to(Trained.Compute), training && learns);
    }

    private int Group(TensorSpec spec) =>
        spec.Name.StartsWith(HeadName, StringComparison.Ordinal) ? HeadGroup : _groups.Of(spec);
}
