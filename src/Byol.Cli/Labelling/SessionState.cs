namespace Byol.Cli.Labelling;

/// <summary>What the page shows around its grid.</summary>
internal sealed record SessionState
{
    public const string Embedding = "embedding";
    public const string Ready = "ready";
    public const string Failed = "failed";

    /// <summary>Rises with every change, so that of two states the newer one is known.</summary>
    public long Version { get; init; }

    public string Phase { get; init; } = Embedding;

    public int Done { get; init; }

    public int Total { get; init; }

    public string? Error { get; init; }

    public required string Folder { get; init; }

    /// <summary>The file that has the labels.</summary>
    public required string LabelsFile { get; init; }

    public required string Model { get; init; }

    public int Images { get; init; }

    public int Unreadable { get; init; }

    public IReadOnlyList<ClassCount> Classes { get; init; } = [];

    public int Labelled { get; init; }

    /// <summary>Labels of images that are not in the folder, which stay in the file.</summary>
    public int Elsewhere { get; init; }

    public bool CanUndo { get; init; }

    public bool CanRedo { get; init; }

    public int Generation { get; init; }

    public ClassifierState? Classifier { get; init; }

    public IReadOnlyList<int> Proposal { get; init; } = [];

    public string? Warning { get; init; }
}

/// <summary>A class with the number of its labels in the folder.</summary>
internal sealed record ClassCount(string Name, int Count);

/// <summary>The classifier as it stands.</summary>
/// <param name="Agreement">Share of the labels held back that it predicts, 0 to 1; null without any.</param>
/// <param name="HeldBack">How many those are.</param>
/// <param name="Trained">How many labels it was trained on.</param>
/// <param name="Milliseconds">How long it took from a label to the new predictions.</param>
/// <param name="History">Agreement as the labels grew.</param>
internal sealed record ClassifierState(
    double? Agreement, int HeldBack, int Trained, int Milliseconds, IReadOnlyList<AgreementPoint> History);

/// <summary>The agreement at a number of labels.</summary>
internal sealed record AgreementPoint(int Labels, double Agreement);
