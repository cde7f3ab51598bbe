using System.Globalization;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>All that a run needs to go on as if it had never stopped.</summary>
internal sealed record Checkpoint(
    CheckpointManifest Manifest,
    IReadOnlyDictionary<string, NetworkWeights> Networks,
    OptimizerState Optimizer,
    IReadOnlyList<float[]> RecentProjections)
{
    private const string NetworkPrefix = "network.";
    private const string MomentPrefix = "optimizer.moment.";
    private const string ProjectionPrefix = "monitoring.projection.";

    public IReadOnlyList<NamedTensor> Tensors() =>
    [
        .. Networks.SelectMany(network => Named(network.Key, network.Value)),
        .. Numbered(MomentPrefix, Optimizer.Moments),
        .. Numbered(ProjectionPrefix, RecentProjections),
    ];

    /// <summary>Where it was read from; empty where it was not.</summary>
    public string Folder { get; init; } = "";

    /// <exception cref="InvalidDataException">A tensor is missing.</exception>
    public static Checkpoint From(
        string folder, CheckpointManifest manifest, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var networks = tensors.Values
            .Select(tensor => (Tensor: tensor, Names: tensor.Name.Split('.', 3)))
            .Where(entry => entry.Names is ["network", _, _])
            .GroupBy(entry => entry.Names[1])
            .ToDictionary(
                group => group.Key,
                group => Weights(group.ToDictionary(entry => entry.Names[2], entry => entry.Tensor)));
        var moments = Numbered(MomentPrefix, tensors);
        if (manifest.Networks.FirstOrDefault(name => !networks.ContainsKey(name)) is { } missing)
        {
            throw new InvalidDataException($"its tensors '{NetworkPrefix}{missing}.…' are missing");
        }
        if (moments.Count != manifest.Moments)
        {
            throw new InvalidDataException($"its tensor '{Name(MomentPrefix, moments.Count)}' is missing");
        }
        return new Checkpoint(
            manifest,
            networks,
            new OptimizerState(manifest.Step, moments),
            Numbered(ProjectionPrefix, tensors))
        {
            Folder = folder,
        };
    }

    /// <summary>
    /// Requires that the tensors are those of the networks and the optimiser that they are to be put in.
    /// </summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void RequireFits(
        IEnumerable<KeyValuePair<string, IReadOnlyList<TensorSpec>>> networks, ParameterOptimizer optimizer)
    {
        if (networks.SelectMany(network => Unfit(network.Key, network.Value)).FirstOrDefault() is { } unfit)
        {
            throw new InvalidDataException(
                $"The checkpoint '{Folder}' cannot be used: "
                + $"its tensor '{FileText.Show(unfit)}' is missing or of another shape.");
        }
        try
        {
            optimizer.RequireFits(Optimizer);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"The checkpoint '{Folder}' cannot be used: a tensor '{MomentPrefix}…' is missing or of another shape.",
                exception);
        }
    }

    private IEnumerable<string> Unfit(string network, IReadOnlyList<TensorSpec> specs)
    {
        var shapes = Networks.TryGetValue(network, out var weights)
            ? weights.Specs.ToDictionary(spec => spec.Name, spec => spec.Shape)
            : [];
        return specs.Where(spec => !(shapes.TryGetValue(spec.Name, out var shape) && shape.SequenceEqual(spec.Shape)))
            .Select(spec => $"{NetworkPrefix}{network}.{spec.Name}");
    }

    private static IEnumerable<NamedTensor> Named(string network, NetworkWeights weights) =>
        weights.Specs.Select(
            spec => new NamedTensor($"{NetworkPrefix}{network}.{spec.Name}", spec.Shape, weights[spec.Name]));

    private static IEnumerable<NamedTensor> Numbered(string prefix, IEnumerable<float[]> values) =>
        values.Select((row, i) => new NamedTensor(Name(prefix, i), [row.Length], row));

    private static List<float[]> Numbered(string prefix, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var values = new List<float[]>();
        while (tensors.TryGetValue(Name(prefix, values.Count), out var tensor))
        {
            values.Add(tensor.Values);
        }
        return values;
    }

    private static string Name(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    // The role only matters to a network's own specs, which decide what is read from these.
    private static NetworkWeights Weights(Dictionary<string, NamedTensor> tensors) => new(
        [.. tensors.Select(tensor => new TensorSpec(tensor.Key, tensor.Value.Shape, TensorRole.Weight))],
        spec => tensors[spec.Name].Values);
}
