using Byol.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>What an optimiser remembers between steps, each moment in the order of the flat parameter buffer.</summary>
internal sealed record OptimizerState(long Steps, IReadOnlyList<float[]> Moments);

/// <summary>
/// Clips gradients and moves a network's flat parameter buffer by an update rule, in fp32. TorchSharp's own optimisers
/// are not used:
/// they leave a tensor as large as the weights to the garbage collector at each step, and walk through all weights once
/// for each operation.
/// </summary>
internal sealed class ParameterOptimizer : IDisposable
{
    private readonly NetworkParameters _parameters;
    private readonly IUpdateRule _rule;
    private readonly double _clipNorm;
    private readonly double _weightDecay;
    private readonly Func<int, double> _rateFactor;
    private readonly Tensor[] _moments;
    private readonly ParameterPiece[] _pieces;
    private readonly SideBySide _sides;
    private long _steps;

    /// <param name="parameters">What is moved.</param>
    /// <param name="recipe">How.</param>
    /// <param name="sides">Moves both halves of the weights at once.</param>
    /// <param name="rateFactor">Factor on the learning rate of a group of parameters; null is 1 for all.</param>
    public ParameterOptimizer(
        NetworkParameters parameters,
        ByolOptimizationRecipe recipe,
        SideBySide sides,
        Func<int, double>? rateFactor = null)
    {
        _sides = sides;
        _parameters = parameters;
        _rule = UpdateRules.Create(recipe);
        _clipNorm = recipe.ClipNorm;
        _weightDecay = recipe.WeightDecay;
        _rateFactor = rateFactor ?? (_ => 1);
        using var scope = NewDisposeScope();
        _moments =
            [.. Enumerable.Range(0, _rule.Moments).Select(_ => zeros_like(parameters.Values).DetachFromDisposeScope())];
        var isWhole = parameters.Values.device_type != DeviceType.CPU || _rule.TakesWholeTensors;
        var segments = _rule.TakesWholeTensors ? parameters.Tensors : parameters.Segments;
        _pieces = [.. segments.SelectMany(segment => Cut(segment, isWhole ? long.MaxValue : CachedRuns.Length))];
    }

    /// <summary>Clips, then moves the weights. Returns the gradient norm before clipping.</summary>
    public double Step(double learningRate, double momentum)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var norm = _parameters.Gradients!.norm().Value();
        var scale = _clipNorm > 0 && norm > _clipNorm ? _clipNorm / (norm + 1e-6) : 1;
        _steps++;
        CachedRuns.Halves(_sides, MoveEvery);
        _parameters.RefreshMatrices();
        return norm;

        void MoveEvery(int first)
        {
            for (var i = first; i < _pieces.Length; i += 2)
            {
                var piece = _pieces[i];
                if (scale != 1)
                {
                    piece.Gradients.ScaleInPlace(scale);
                }
                _rule.Move(piece, learningRate * _rateFactor(piece.Group), momentum, _steps);
                piece.Computed?.copy_(piece.Values);
            }
        }
    }

    public OptimizerState Export() => new(_steps, [.. _moments.Select(Copy)]);

    /// <exception cref="InvalidDataException">The state is another optimiser's, or another network's.</exception>
    public void Load(OptimizerState state)
    {
        RequireFits(state);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _steps = state.Steps;
        for (var i = 0; i < _moments.Length; i++)
        {
            _moments[i].copy_(tensor(state.Moments[i], device: CPU));
        }
    }

    /// <exception cref="InvalidDataException">The state is another optimiser's, or another network's.</exception>
    public void RequireFits(OptimizerState state)
    {
        var count = _parameters.Values.numel();
        if (state.Moments.Count != _moments.Length || state.Moments.Any(moment => moment.Length != count))
        {
            throw new InvalidDataException("The optimiser's state is that of another optimiser or network.");
        }
    }

    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Dispose();
        }
        foreach (var moment in _moments)
        {
            moment.Dispose();
        }
    }

    private IEnumerable<ParameterPiece> Cut(ParameterSegment segment, long pieceLength)
    {
        for (var start = 0L; start < segment.Count; start += pieceLength)
        {
            var (offset, length) = (segment.Offset + start, Math.Min(pieceLength, segment.Count - start));
            yield return new ParameterPiece(
                _parameters.Values.narrow(0, offset, length).DetachFromDisposeScope(),
                _parameters.Gradients!.narrow(0, offset, length).DetachFromDisposeScope(),
                [.. _moments.Select(moment => moment.narrow(0, offset, length).DetachFromDisposeScope())],
                _parameters.ComputeValues(offset, length)?.DetachFromDisposeScope(),
                segment.Group,
                segment.IsWeight,
                segment.IsWeight ? _weightDecay : 0);
        }
    }

    private static float[] Copy(Tensor moment)
    {
        using var scope = NewDisposeScope();
        return moment.to(float32).cpu().data<float>().ToArray();
    }
}
