using Byol.MLNet.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>
/// TorchSharp's optimisers over segments of the flat parameter buffer: one tensor for each of {encoder and projector, predictor} ×
/// {decayed, not decayed}. Biases and batch norm are never decayed (trap 7 of the design).
/// </summary>
internal sealed class OnlineOptimizer : IDisposable
{
    private readonly NetworkParameters _parameters;
    private readonly double _predictorFactor;
    private readonly double _clipNorm;
    private readonly optim.Optimizer _optimizer;
    private readonly List<Parameter> _segments = [];

    public OnlineOptimizer(NetworkParameters parameters, ByolOptions options)
    {
        _parameters = parameters;
        _predictorFactor = options.PredictorLearningRateFactor;
        _clipNorm = options.ClipNorm;
        foreach (var segment in parameters.Segments)
        {
            using var scope = NewDisposeScope();
            var parameter = new Parameter(parameters.Values.narrow(0, segment.Offset, segment.Count));
            parameter.grad = parameters.Gradients!.narrow(0, segment.Offset, segment.Count);
            parameter.DetachFromDisposeScope();
            _segments.Add(parameter);
        }
        var decays = parameters.Segments.Select(segment => segment.Decays ? options.WeightDecay : 0).ToArray();
        _optimizer = options.Optimizer switch
        {
            ByolOptimizer.Adam => optim.Adam(_segments.Select((p, i) =>
                new Adam.ParamGroup([p], options.LearningRate, options.Momentum, options.Beta2, options.Epsilon, decays[i]))),
            ByolOptimizer.AdamW => optim.AdamW(_segments.Select((p, i) =>
                new AdamW.ParamGroup([p], options.LearningRate, options.Momentum, options.Beta2, options.Epsilon, decays[i]))),
            _ => optim.SGD(
                _segments.Select((p, i) => new SGD.ParamGroup([p], options.LearningRate, options.Momentum, weight_decay: decays[i])),
                options.LearningRate),
        };
    }

    /// <summary>Clips, then moves the weights. Returns the gradient norm before clipping.</summary>
    public double Step(double learningRate, double momentum)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var norm = _parameters.Gradients!.norm().ToDouble();
        if (_clipNorm > 0 && norm > _clipNorm)
        {
            _parameters.Gradients.mul_(_clipNorm / (norm + 1e-6));
        }
        var groups = _optimizer.ParamGroups.ToArray();
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i].LearningRate = _parameters.Segments[i].Group == ByolNetwork.PredictorGroup ? learningRate * _predictorFactor : learningRate;
            SetMomentum(groups[i], momentum);
        }
        _optimizer.step();
        _parameters.RefreshComputeValues();
        return norm;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var segment in _segments)
        {
            segment.Dispose();
        }
    }

    private static void SetMomentum(optim.ILearningRateController group, double momentum)
    {
        switch (group)
        {
            case Adam.ParamGroup adam:
                adam.Options.beta1 = momentum;
                break;
            case AdamW.ParamGroup adamW:
                adamW.Options.beta1 = momentum;
                break;
            case SGD.ParamGroup sgd:
                sgd.Options.momentum = momentum;
                break;
        }
    }
}
