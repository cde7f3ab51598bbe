using Byol.MLNet.Encoders;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// The tensors of one network (online or target). Trained values live in one flat fp32 buffer, and so do their
/// gradients, so that clip, optimiser, moving average and cast are a few calls a step. In bf16 the layers compute with
/// views of a bf16 copy of that buffer; batch-norm scales, shifts and statistics stay fp32.
/// </summary>
internal sealed class NetworkParameters : IDisposable
{
    private readonly Dictionary<string, Slot> _slots = [];
    private readonly Dictionary<string, Tensor> _statistics = [];
    private readonly List<DenseKernel> _denseKernels = [];
    private readonly Tensor? _computeValues;
    private readonly Tensor? _computeGradients;
    private readonly bool _trainable;

    /// <summary>
    /// Lays the trained tensors out in the order of <paramref name="group"/>, then weights, biases, batch norm.
    /// </summary>
    public NetworkParameters(
        IReadOnlyList<TensorSpec> specs, Func<TensorSpec, int> group, ScalarType compute, Device device, bool trainable)
    {
        Specs = specs;
        Compute = compute;
        // float64 is for tests that compare with other implementations beyond fp32's rounding.
        var master = compute == float64 ? float64 : float32;
        _trainable = trainable;
        var trained = specs.Where(spec => spec.IsTrained).OrderBy(group).ThenBy(spec => RoleOrder(spec.Role)).ToArray();
        using var scope = NewDisposeScope();
        Values = zeros(trained.Sum(spec => spec.Count), master, device).DetachFromDisposeScope();
        Gradients = trainable ? zeros_like(Values).DetachFromDisposeScope() : null;
        if (compute != master)
        {
            _computeValues = Values.to(compute).DetachFromDisposeScope();
            _computeGradients = trainable ? zeros_like(_computeValues).DetachFromDisposeScope() : null;
        }

        var offset = 0L;
        foreach (var spec in trained)
        {
            _slots.Add(spec.Name, CreateSlot(spec, offset));
            offset += spec.Count;
        }
        foreach (var spec in specs.Where(spec => !spec.IsTrained))
        {
            _statistics.Add(spec.Name, zeros(spec.Shape, master, device).DetachFromDisposeScope());
        }
        Tensors = [
            .. trained.Select(
                spec => new ParameterSegment(
                    group(spec), spec.Role == TensorRole.Weight, _slots[spec.Name].Offset, spec.Count))];
        Segments =
        [
            .. Tensors.GroupBy(tensor => (tensor.Group, tensor.IsWeight))
                .Select(
                    run => new ParameterSegment(
                        run.Key.Group, run.Key.IsWeight, run.First().Offset, run.Sum(tensor => tensor.Count))),
        ];
    }

    public IReadOnlyList<TensorSpec> Specs { get; }

    /// <summary>float32, bfloat16 or float64: the type of activations, convolutions and matrix products.</summary>
    public ScalarType Compute { get; }

    /// <summary>The processes that batch norm takes its statistics over; null is this one alone.</summary>
    public IByolCollective? Synchronized { get; init; }

    /// <summary>Statistics of the second view's batch, where both views are looked at at once.</summary>
    public SecondViewStatistics SecondView { get; } = new();

    /// <summary>Batch norm's running statistics.</summary>
    public IEnumerable<Tensor> Statistics => _statistics.Values;

    public Tensor Values { get; }

    public Tensor? Gradients { get; }

    /// <summary>
    /// Runs of the flat buffer that share a group, and whether they are weights: biases and batch norm are not decayed.
    /// </summary>
    public IReadOnlyList<ParameterSegment> Segments { get; }

    /// <summary>
    /// The trained tensors one by one: what an optimiser that looks at each tensor's norm walks through.
    /// </summary>
    public IReadOnlyList<ParameterSegment> Tensors { get; }

    /// <summary>The tensor that a layer computes with.</summary>
    public Tensor this[string name] => _slots.TryGetValue(name, out var slot) ? slot.Computed : _statistics[name];

    /// <summary>The named convolution's kernel as the matrix that pictures of this side want; it follows the
    /// kernel.</summary>
    public DenseKernel AddDenseKernel(string name, int side, int stride)
    {
        var slot = _slots[name];
        var gradient = Gradients is null ? null : View(Gradients, slot.Spec, slot.Offset);
        var kernel = new DenseKernel(slot.Master, gradient, side, stride, Compute);
        _denseKernels.Add(kernel);
        return kernel;
    }

    /// <summary>Brings what the layers compute with up to date after the fp32 values changed.</summary>
    public void RefreshComputeValues()
    {
        using var _ = no_grad();
        _computeValues?.copy_(Values);
        RefreshMatrices();
    }

    /// <summary>A run of what the layers compute with, where that is a copy: for who changes the values to bring up to
    /// date.</summary>
    public Tensor? ComputeValues(long start, long length) => _computeValues?.narrow(0, start, length);

    /// <summary>Makes the matrices of <see cref="AddDenseKernel"/> anew when they are needed next.</summary>
    public void RefreshMatrices() => _denseKernels.ForEach(kernel => kernel.Invalidate());

    /// <summary>
    /// Begins a step; what the layers accumulate in beside the fp32 gradients is zero since it was last collected.
    /// </summary>
    public void ZeroGradients() => Gradients!.zero_();

    /// <summary>Adds what backward left in bf16 and in matrices to the fp32 gradients: batches add up in
    /// fp32.</summary>
    public void CollectGradients(SideBySide? sides = null)
    {
        if (_computeGradients is not null)
        {
            CachedRuns.Each(_computeGradients, sides, (start, length) =>
            {
                var gradients = _computeGradients.narrow(0, start, length);
                Gradients!.narrow(0, start, length).AddInPlace(gradients);
                gradients.zero_();
            });
        }
        CachedRuns.Halves(sides, half =>
        {
            for (var i = half; i < _denseKernels.Count; i += 2)
            {
                _denseKernels[i].CollectGradient();
            }
        });
    }

    /// <summary>Moves batch norm's statistics towards another network's.</summary>
    public void FollowStatistics(NetworkParameters other, double kept)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, statistic) in _statistics)
        {
            statistic.ScaleInPlace(kept).AddInPlace(other._statistics[name], 1 - kept);
        }
    }

    public void Load(NetworkWeights weights)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var spec in Specs)
        {
            var master = _slots.TryGetValue(spec.Name, out var slot) ? slot.Master : _statistics[spec.Name];
            master.copy_(tensor(weights[spec.Name], spec.Shape, device: CPU));
        }
        RefreshComputeValues();
    }

    /// <summary>Loads the tensors under a prefix, which the weights are named without; the others stay.</summary>
    public void LoadUnder(string prefix, NetworkWeights weights)
    {
        var current = Export();
        var start = $"{prefix}.";
        Load(new NetworkWeights(
            Specs,
            spec => spec.Name.StartsWith(start, StringComparison.Ordinal)
                ? weights[spec.Name[start.Length..]]
                : current[spec.Name]));
    }

    /// <summary>The fp32 values of all tensors, statistics included.</summary>
    public NetworkWeights Export() => new(Specs, spec => Export(spec.Name));

    /// <summary>The fp32 values of the named tensors, in the order of their shapes.</summary>
    public NetworkWeights Export(string prefix, IEnumerable<TensorSpec> specs) =>
        new(specs, spec => Export($"{prefix}.{spec.Name}"));

    public void Dispose()
    {
        _denseKernels.ForEach(kernel => kernel.Dispose());
        SecondView.Dispose();
        foreach (var slot in _slots.Values)
        {
            slot.Master.Dispose();
            if (!ReferenceEquals(slot.Computed, slot.Master))
            {
                slot.Computed.Dispose();
            }
        }
        foreach (var statistic in _statistics.Values)
        {
            statistic.Dispose();
        }
        _computeValues?.Dispose();
        _computeGradients?.Dispose();
        Gradients?.Dispose();
        Values.Dispose();
    }

    private static int RoleOrder(TensorRole role) =>
        role == TensorRole.Weight ? 0 : role == TensorRole.Bias ? 1 : 2;

    private float[] Export(string name)
    {
        using var scope = NewDisposeScope();
        var master = _slots.TryGetValue(name, out var slot) ? slot.Master : _statistics[name];
        return master.detach().to(float32).cpu().contiguous().data<float>().ToArray();
    }

    private Slot CreateSlot(TensorSpec spec, long offset)
    {
        var inCompute = _computeValues is not null && spec.Role is (TensorRole.Weight or TensorRole.Bias);
        var master = View(Values, spec, offset);
        var computed = inCompute ? View(_computeValues!, spec, offset) : master;
        if (_trainable)
        {
            computed.requires_grad_(true);
            using var gradient = View(inCompute ? _computeGradients! : Gradients!, spec, offset);
            computed.grad = gradient;
        }
        return new Slot(spec, master, computed, offset);
    }

    // Convolution kernels lie channels-last (output, height, width, input), as the fast kernels want them.
    private static Tensor View(Tensor buffer, TensorSpec spec, long offset)
    {
        var flat = buffer.narrow(0, offset, spec.Count);
        var shape = spec.Shape;
        var view = shape.Length == 4
            ? flat.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2)
            : flat.view(shape);
        return view.DetachFromDisposeScope();
    }

    private sealed record Slot(TensorSpec Spec, Tensor Master, Tensor Computed, long Offset);
}
