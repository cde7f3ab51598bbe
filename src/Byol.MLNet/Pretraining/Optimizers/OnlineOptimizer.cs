using Byol.MLNet.Pretraining.Methods.Byol;
using Byol.MLNet.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>What an optimiser remembers between steps, in the order of the flat parameter buffer.</summary>
internal sealed record OptimizerState(long Steps, float[] FirstMoment, float[]? SecondMoment);

/// <summary>
/// Adam, AdamW, SGD with momentum or LARS over the flat parameter buffer, as PyTorch and the paper define them, in fp32. Biases and
/// batch norm are never decayed or adapted. TorchSharp's own optimisers are not used: they leave a tensor as large as the weights to the
/// garbage collector at each step, and walk through all weights once for each operation.
/// </summary>
internal sealed class OnlineOptimizer : IDisposable
{
    // So many weights, their gradients and moments fit a processor's cache: an update then reads memory once, not once an operation.
    private const long PieceLength = 1 << 17;

    private readonly NetworkParameters _parameters;
    private readonly ByolOptions _options;
    private readonly Tensor _firstMoment;
    private readonly Tensor? _secondMoment;
    private readonly Piece[] _pieces;
    private long _steps;

    public OnlineOptimizer(NetworkParameters parameters, ByolOptions options)
    {
        _parameters = parameters;
        _options = options;
        using var scope = NewDisposeScope();
        _firstMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
        _secondMoment = options.Optimizer is ByolOptimizer.Sgd or ByolOptimizer.Lars ? null : zeros_like(parameters.Values).DetachFromDisposeScope();
        var isWhole = parameters.Values.device_type != DeviceType.CPU || options.Optimizer == ByolOptimizer.Lars;
        var segments = options.Optimizer == ByolOptimizer.Lars ? parameters.Tensors : parameters.Segments;
        _pieces = [.. segments.SelectMany(segment => Cut(segment, isWhole ? long.MaxValue : PieceLength))];
    }

    /// <summary>Clips, then moves the weights. Returns the gradient norm before clipping.</summary>
    public double Step(double learningRate, double momentum)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var norm = _parameters.Gradients!.norm().Value();
        var scale = _options.ClipNorm > 0 && norm > _options.ClipNorm ? _options.ClipNorm / (norm + 1e-6) : 1;
        _steps++;
        foreach (var piece in _pieces)
        {
            if (scale != 1)
            {
                piece.Gradients.ScaleInPlace(scale);
            }
            var rate = piece.IsPredictor ? learningRate * _options.PredictorLearningRateFactor : learningRate;
            if (piece.SecondMoment is null)
            {
                MoveSgd(piece, rate, momentum);
            }
            else
            {
                MoveAdam(piece, piece.SecondMoment, rate, momentum);
            }
        }
        _parameters.RefreshComputeValues();
        return norm;
    }

    public OptimizerState Export() => new(_steps, Copy(_firstMoment), _secondMoment is null ? null : Copy(_secondMoment));

    /// <exception cref="InvalidDataException">The state is another optimiser's, or another network's.</exception>
    public void Load(OptimizerState state)
    {
        if (state.FirstMoment.Length != _firstMoment.numel() || (state.SecondMoment is null) != (_secondMoment is null))
        {
            throw new InvalidDataException("The optimiser's state is that of another optimiser or network.");
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _steps = state.Steps;
        _firstMoment.copy_(tensor(state.FirstMoment, device: CPU));
        _secondMoment?.copy_(tensor(state.SecondMoment!, device: CPU));
    }

    public void Dispose()
    {
        foreach (var piece in _pieces)
        {
            piece.Dispose();
        }
        _firstMoment.Dispose();
        _secondMoment?.Dispose();
    }

    private IEnumerable<Piece> Cut(ParameterSegment segment, long pieceLength)
    {
        for (var start = 0L; start < segment.Count; start += pieceLength)
        {
            var (offset, length) = (segment.Offset + start, Math.Min(pieceLength, segment.Count - start));
            yield return new Piece(
                _parameters.Values.narrow(0, offset, length).DetachFromDisposeScope(),
                _parameters.Gradients!.narrow(0, offset, length).DetachFromDisposeScope(),
                _firstMoment.narrow(0, offset, length).DetachFromDisposeScope(),
                _secondMoment?.narrow(0, offset, length).DetachFromDisposeScope(),
                segment.Group == ByolNetwork.PredictorGroup,
                segment.IsWeight,
                segment.IsWeight ? _options.WeightDecay : 0);
        }
    }

    private void MoveSgd(Piece piece, double rate, double momentum)
    {
        AddDecay(piece);
        if (_options.Optimizer == ByolOptimizer.Lars && piece.IsWeight)
        {
            Adapt(piece);
        }
        // The first step's velocity is the gradient itself, since the velocity starts from zero.
        piece.FirstMoment.ScaleInPlace(momentum).AddInPlace(piece.Gradients);
        piece.Values.AddInPlace(piece.FirstMoment, -rate);
    }

    /// <summary>Scales the gradient to η times the weights' norm.</summary>
    private void Adapt(Piece piece)
    {
        using var scope = NewDisposeScope();
        var (weights, gradient) = (piece.Values.norm().Value(), piece.Gradients.norm().Value());
        if (weights > 0 && gradient > 0)
        {
            piece.Gradients.ScaleInPlace(_options.TrustCoefficient * weights / gradient);
        }
    }

    private void MoveAdam(Piece piece, Tensor secondMoment, double rate, double beta1)
    {
        using var scope = NewDisposeScope();
        if (_options.Optimizer == ByolOptimizer.AdamW)
        {
            piece.Values.ScaleInPlace(1 - rate * piece.Decay);
        }
        else
        {
            AddDecay(piece);
        }
        piece.FirstMoment.ScaleInPlace(beta1).AddInPlace(piece.Gradients, 1 - beta1);
        secondMoment.ScaleInPlace(_options.Beta2).AddProductInPlace(piece.Gradients, piece.Gradients, 1 - _options.Beta2);
        var correction1 = 1 - Math.Pow(beta1, _steps);
        var correction2 = 1 - Math.Pow(_options.Beta2, _steps);
        var denominator = secondMoment.sqrt().ScaleInPlace(1 / Math.Sqrt(correction2)).AddInPlace(_options.Epsilon);
        piece.Values.AddQuotientInPlace(piece.FirstMoment, denominator, -rate / correction1);
    }

    private static float[] Copy(Tensor moment)
    {
        using var scope = NewDisposeScope();
        return moment.to(float32).cpu().data<float>().ToArray();
    }

    private static void AddDecay(Piece piece)
    {
        if (piece.Decay > 0)
        {
            piece.Gradients.AddInPlace(piece.Values, piece.Decay);
        }
    }

    /// <summary>Views of a run of weights that are updated alike.</summary>
    private sealed record Piece(
        Tensor Values, Tensor Gradients, Tensor FirstMoment, Tensor? SecondMoment, bool IsPredictor, bool IsWeight, double Decay) : IDisposable
    {
        public void Dispose()
        {
            Values.Dispose();
            Gradients.Dispose();
            FirstMoment.Dispose();
            SecondMoment?.Dispose();
        }
    }
}
