using System.Globalization;
using Byol.MLNet.Options;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>
/// Where a run stands, beside its tensors. Views, order and initial weights are pure functions of seed, epoch and
/// image, so the generators' state is the seed and the step.
/// </summary>
internal sealed record CheckpointManifest
{
    public const int CurrentFormat = 3;

    private const long MaximumSteps = 1L << 50;
    private const int MaximumCollapseFailures = 100;
    private const int MaximumThreads = 1 << 16;
    private const int MaximumProcesses = 1 << 24;

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

    /// <summary>Processes that trained together.</summary>
    public int Processes { get; init; } = 1;

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

    /// <summary>The recipe that a resumed run must have too.</summary>
    public required ByolRecipe Recipe { get; init; }

    /// <summary>The encoder's layers in words: a backbone's name alone does not say those of a caller's own.</summary>
    public required string Layers { get; init; }

    /// <summary>What else a resumed run must share, by name.</summary>
    public required IReadOnlyDictionary<string, string> Run { get; init; }

    /// <summary>The precision in which the run computes, whoever chose it.</summary>
    public required ByolPrecision Precision { get; init; }

    /// <summary>The device on which the run computed.</summary>
    public required string Device { get; init; }

    public required IReadOnlyList<ByolProgress> History { get; init; }

    /// <summary>Scores of the encoder that the run started from.</summary>
    public ByolEncoderScores? BeforeTraining { get; init; }

    /// <summary>The networks whose tensors it has, by name.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Moments of the optimiser that it has.</summary>
    public int Moments { get; init; }

    /// <summary>Digest of the file with the tensors, so that damage is noticed.</summary>
    public string TensorsSha256 { get; init; } = "";

    /// <summary>The threads for so many processes to go on with; null where they were others.</summary>
    public int? ThreadsFor(int processes) => processes == Processes ? Threads : null;

    /// <summary>What a log adds where other processes go on; nothing where they are as many.</summary>
    public string OtherProcesses(int processes) => processes == Processes
        ? ""
        : $", which {(Processes == 1 ? "one process" : $"{Processes} processes")} reached, not {processes}: the last "
            + "digits will differ";

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
        if (Processes is < 1 or > MaximumProcesses)
        {
            throw new InvalidDataException($"its manifest says {Processes} processes");
        }
        if (Threads is < 1 or > MaximumThreads || !IsTime(Seconds) || Budget?.IsPossible == false)
        {
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"its manifest says {Threads} threads, {Seconds} seconds and the budget {Budget}"));
        }
        RecipeJson.RequireRanges(Recipe);
        if (Precision == ByolPrecision.Auto)
        {
            throw new InvalidDataException("its manifest does not say the precision");
        }
        if (Run.Values.Any(value => value is null) || History.Any(report => report is null))
        {
            throw new InvalidDataException("its manifest says null where an option or a report should be");
        }
    }

    private static bool IsTime(double seconds) => double.IsFinite(seconds) && seconds >= 0;

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
