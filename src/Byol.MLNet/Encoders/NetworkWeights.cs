namespace Byol.MLNet.Encoders;

/// <summary>
/// Named fp32 arrays outside libtorch: what initialisation makes, training returns and a model file holds.
/// </summary>
internal sealed class NetworkWeights
{
    private readonly Dictionary<string, float[]> _values = [];

    public NetworkWeights(IEnumerable<TensorSpec> specs, Func<TensorSpec, float[]> values)
    {
        Specs = [.. specs];
        foreach (var spec in Specs)
        {
            _values.Add(spec.Name, values(spec));
        }
    }

    public IReadOnlyList<TensorSpec> Specs { get; }

    public float[] this[string name] => _values[name];
}
