namespace Byol.MLNet.Encoders;

/// <summary>
/// What a tensor is for: it decides initialisation, weight decay and the precision it is computed in.
/// </summary>
internal enum TensorRole
{
    Weight,
    Bias,
    NormScale,
    NormShift,
    RunningMean,
    RunningVariance,
}

/// <summary>Name (torchvision's), shape and role of one tensor of a network.</summary>
internal sealed record TensorSpec(string Name, long[] Shape, TensorRole Role)
{
    public long Count => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    public bool IsTrained => Role is not (TensorRole.RunningMean or TensorRole.RunningVariance);

    public static TensorSpec Convolution(string name, int output, int input, int kernel) =>
        new($"{name}.weight", [output, input, kernel, kernel], TensorRole.Weight);

    public static IEnumerable<TensorSpec> Linear(string name, int output, int input) =>
    [
        new($"{name}.weight", [output, input], TensorRole.Weight),
        new($"{name}.bias", [output], TensorRole.Bias),
    ];

    public static IEnumerable<TensorSpec> BatchNorm(string name, int channels) =>
    [
        new($"{name}.weight", [channels], TensorRole.NormScale),
        new($"{name}.bias", [channels], TensorRole.NormShift),
        new($"{name}.running_mean", [channels], TensorRole.RunningMean),
        new($"{name}.running_var", [channels], TensorRole.RunningVariance),
    ];

    public static IEnumerable<TensorSpec> Under(string prefix, IEnumerable<TensorSpec> specs) =>
        specs.Select(spec => spec with { Name = $"{prefix}.{spec.Name}" });
}
