using Byol.MLNet.Classifiers;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>
/// A kind of classifier, as its file in this folder describes it; <see cref="ClassifierList"/> has them all.
/// </summary>
internal sealed record ClassifierKind
{
    /// <summary>How an evaluation runs it; null where only a search does.</summary>
    public EvaluatedClassifier? Evaluated { get; init; }

    /// <summary>
    /// What a search tries of it, given the numbers of training rows and of classes, its middle parameters first;
    /// nothing where only an evaluation runs it.
    /// </summary>
    public Func<int, int, IReadOnlyList<TrainerCandidate>> Candidates { get; init; } = (_, _) => [];
}

/// <summary>A classifier as an evaluation runs it.</summary>
/// <param name="Id">Its name to users.</param>
/// <param name="Create">Makes one.</param>
internal sealed record EvaluatedClassifier(ByolClassifier Id, Func<ClassifierSettings, IClassifier> Create)
{
    /// <summary>Its name in tables and on the command line.</summary>
    public string Name => Id.ToString().ToLowerInvariant();

    /// <summary>About how long it takes, beside the nearest neighbours' 1.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>Whether it runs where none is asked for: those that need libtorch do not.</summary>
    public bool IsDefault { get; init; } = true;

    /// <summary>Whether several may be at work at once.</summary>
    public bool IsParallel { get; init; } = true;
}
