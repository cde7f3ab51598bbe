namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>All kinds of classifiers: for evaluations, searches and the program.</summary>
internal static class ClassifierList
{
    /// <summary>The kinds, in the order that tables show them.</summary>
    public static IReadOnlyList<ClassifierKind> All { get; } =
    [
        Knn.Kind,
        Lbfgs.Kind,
        Sdca.Kind,
        SdcaNonCalibrated.Kind,
        AveragedPerceptron.Kind,
        LightGbm.Kind,
        FastForest.Kind,
        FastTree.Kind,
        WalkthroughHead.Kind,
    ];

    /// <summary>Those that an evaluation can run.</summary>
    public static IReadOnlyList<EvaluatedClassifier> Evaluated { get; } =
        [.. All.Select(kind => kind.Evaluated).OfType<EvaluatedClassifier>()];

    /// <summary>The one of a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static EvaluatedClassifier Of(ByolClassifier id) =>
        Evaluated.FirstOrDefault(classifier => classifier.Id == id)
        ?? throw new ArgumentOutOfRangeException(nameof(id), $"There is no classifier {id}.");

    /// <summary>
    /// All that a search tries: of each kind its middle parameters first, so that a short search has seen every kind.
    /// </summary>
    public static IEnumerable<TrainerCandidate> Candidates(int rows, int classes)
    {
        var kinds = All.Select(kind => kind.Candidates(rows, classes)).ToArray();
        return Enumerable.Range(0, kinds.Max(kind => kind.Count))
            .SelectMany(i => kinds.Where(kind => kind.Count > i).Select(kind => kind[i]));
    }
}
