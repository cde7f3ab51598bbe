using System.Globalization;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>
/// Where a run stands, beside its tensors. Views, order and initial weights are pure functions of seed, epoch and image, so the
/// generators' state is the seed and the step.
/// </summary>
internal sealed record CheckpointManifest
{
    public const int CurrentFormat = 2;

    private const long MaximumSteps = 1L << 50;
    private const int MaximumCollapseFailures = 100;
    private const int MaximumThreads = 1 << 16;

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

    /// <summary>Scores of the encoder that the run started from.</summary>
    public ByolEncoderScores? BeforeTraining { get; init; }

    /// <summary>Digest of the file with the tensors, so that damage is noticed.</summary>
    public string TensorsSha256 { get; init; } = "";

    /// <exception cref="InvalidDataException">A value is one that no run writes.</exception>
    public void RequireRanges()
    {
        if (Step < 1 || TotalSteps < Step || TotalSteps > MaximumSteps)
        {
            throw new InvalidDataException($"its manifest says step {Step} of {TotalSteps}");
        }
        if (!double.IsFinite(LossSum) || CollapseFailures is < 0 or > MaximumCollapseFailures)
        {
            throw new InvalidDataException(
                $"its manifest says a loss of {Text(LossSum)} and {CollapseFailures} failed checks for collapse");
        }
        if (Threads is < 1 or > MaximumThreads || !IsTime(Seconds) || Budget?.IsPossible == false)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"its manifest says {Threads} threads, {Seconds} seconds and the budget {Budget}"));
        }
        if (Options.Values.Any(value => value is null) || History.Any(report => report is null))
        {
            throw new InvalidDataException("its manifest says null where an option or a report should be");
        }
    }

    private static bool IsTime(double seconds) => double.IsFinite(seconds) && seconds >= 0;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
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

    /// <summary>Where it was read from; empty where it was not.</summary>
    public string Folder { get; init; } = "";

    /// <exception cref="InvalidDataException">A tensor is missing.</exception>
    public static Checkpoint From(
        string folder, CheckpointManifest manifest, IReadOnlyDictionary<string, NamedTensor> tensors)
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
            Projections(tensors))
        {
            Folder = folder,
        };
    }

    /// <summary>
    /// Requires that the tensors are those of the networks and the optimiser that they are to be put in.
    /// </summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void RequireFits(IReadOnlyList<TensorSpec> online, IReadOnlyList<TensorSpec> target, bool hasSecondMoment)
    {
        var trained = online.Where(spec => spec.IsTrained).Sum(spec => spec.Count);
        var unfit = Unfit(OnlinePrefix, Online, online).Concat(Unfit(TargetPrefix, Target, target))
            .Concat(Optimizer.FirstMoment.Length == trained ? [] : [FirstMoment])
            .Concat(Optimizer.SecondMoment?.Length == (hasSecondMoment ? trained : null) ? [] : [SecondMoment])
            .FirstOrDefault();
        if (unfit is not null)
        {
            throw new InvalidDataException(
                $"The checkpoint '{Folder}' cannot be used: "
                + $"its tensor '{FileText.Show(unfit)}' is missing or of another shape.");
        }
    }

    private static IEnumerable<string> Unfit(string prefix, NetworkWeights weights, IReadOnlyList<TensorSpec> specs)
    {
        var shapes = weights.Specs.ToDictionary(spec => spec.Name, spec => spec.Shape);
        return specs.Where(spec => !(shapes.TryGetValue(spec.Name, out var shape) && shape.SequenceEqual(spec.Shape)))
            .Select(spec => prefix + spec.Name);
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
        if (own.Count == 0)
        {
            throw new InvalidDataException($"its tensors '{prefix}…' are missing");
        }
        return new NetworkWeights(own.Select(pair => new TensorSpec(pair.Key, pair.Value.Shape, TensorRole.Weight)), spec => own[spec.Name].Values);
    }
}
