using System.Globalization;
using Byol.MLNet.Networks;
using Byol.MLNet.Training;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Checkpoints;

/// <summary>
/// Where a run stands, beside its tensors. Views, order and initial weights are pure functions of seed, epoch and image, so the
/// generators' state is the seed and the step.
/// </summary>
internal sealed record CheckpointManifest
{
    public const int CurrentFormat = 2;

    public int Format { get; init; } = CurrentFormat;

    public required string LibraryVersion { get; init; }

    public required int Seed { get; init; }

    /// <summary>Optimiser steps taken.</summary>
    public required long Step { get; init; }

    /// <summary>Optimiser steps in the whole run: learning rate and τ follow from both. An estimate where the run has a
    /// time budget.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Threads of libtorch, which decide in which order it adds up.</summary>
    public required int Threads { get; init; }

    /// <summary>Seconds that the run has taken.</summary>
    public required double Seconds { get; init; }

    /// <summary>Where a run with a time budget stands; null for one without.</summary>
    public BudgetState? Budget { get; init; }

    /// <summary>Sum of the losses of the steps that the current epoch has had.</summary>
    public required double LossSum { get; init; }

    /// <summary>Checks for collapse that failed in a row.</summary>
    public required int CollapseFailures { get; init; }

    /// <summary>A digest of the training images.</summary>
    public required string Images { get; init; }

    /// <summary>The options that a resumed run must have too, by name.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    public required IReadOnlyList<ByolProgress> History { get; init; }

    /// <summary>Digest of the file with the tensors, so that damage is noticed.</summary>
    public string TensorsSha256 { get; init; } = "";
}

/// <summary>All that a run needs to go on as if it had never stopped.</summary>
internal sealed record Checkpoint(
    CheckpointManifest Manifest,
    NetworkWeights Online,
    NetworkWeights Target,
    OptimizerState Optimizer,
    IReadOnlyList<float[]> RecentProjections)
{
    private const string OnlinePrefix = "online.";
    private const string TargetPrefix = "target.";
    private const string FirstMoment = "optimizer.first_moment";
    private const string SecondMoment = "optimizer.second_moment";
    private const string ProjectionPrefix = "monitoring.projection.";

    public IReadOnlyList<NamedTensor> Tensors() =>
    [
        .. Named(OnlinePrefix, Online),
        .. Named(TargetPrefix, Target),
        new(FirstMoment, [Optimizer.FirstMoment.Length], Optimizer.FirstMoment),
        .. Optimizer.SecondMoment is { } second ? [new NamedTensor(SecondMoment, [second.Length], second)] : Array.Empty<NamedTensor>(),
        .. RecentProjections.Select((values, i) => new NamedTensor(ProjectionName(i), [values.Length], values)),
    ];

    /// <exception cref="InvalidDataException">A tensor is missing.</exception>
    public static Checkpoint From(CheckpointManifest manifest, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        if (!tensors.TryGetValue(FirstMoment, out var first))
        {
            throw new InvalidDataException($"its tensor '{FirstMoment}' is missing");
        }
        return new Checkpoint(
            manifest,
            Weights(OnlinePrefix, tensors),
            Weights(TargetPrefix, tensors),
            new OptimizerState(manifest.Step, first.Values, tensors.GetValueOrDefault(SecondMoment)?.Values),
            Projections(tensors));
    }

    private static string ProjectionName(int batch) => ProjectionPrefix + batch.ToString(CultureInfo.InvariantCulture);

    private static List<float[]> Projections(IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var projections = new List<float[]>();
        while (tensors.TryGetValue(ProjectionName(projections.Count), out var batch))
        {
            projections.Add(batch.Values);
        }
        return projections;
    }

    private static IEnumerable<NamedTensor> Named(string prefix, NetworkWeights weights) =>
        weights.Specs.Select(spec => new NamedTensor(prefix + spec.Name, spec.Shape, weights[spec.Name]));

    // The role only matters to a network's own specs, which decide what is read from these.
    private static NetworkWeights Weights(string prefix, IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var own = tensors.Values.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Name[prefix.Length..]);
        return new NetworkWeights(own.Select(pair => new TensorSpec(pair.Key, pair.Value.Shape, TensorRole.Weight)), spec => own[spec.Name].Values);
    }
}
