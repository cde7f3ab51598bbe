namespace Byol.Cli.Labelling.Labels;

/// <summary>
/// The labels as they stand, and what can be undone. A line is in the file before it is here, so that nobody sees a
/// label that a kill would lose.
/// </summary>
internal sealed class LabelBook
{
    private readonly LabelFile _file;
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly List<string> _classes = [];
    private readonly Stack<Change[]> _undo = new();
    private readonly Stack<Change[]> _redo = new();

    public LabelBook(LabelFile file)
    {
        _file = file;
        foreach (var line in file.Lines)
        {
            Set(line.Path, line.Label);
        }
        var used = _labels.Values.ToHashSet(StringComparer.Ordinal);
        _classes.AddRange(file.Lines.Select(line => line.Label).OfType<string>().Distinct().Where(used.Contains));
    }

    /// <summary>Classes in the order in which they were first used; one that is empty again keeps its place.</summary>
    public IReadOnlyList<string> Classes => _classes;

    /// <summary>Paths with their labels, the newest last.</summary>
    public IReadOnlyDictionary<string, string> Labels => _labels;

    public bool CanUndo => _undo.Count > 0;

    public bool CanRedo => _redo.Count > 0;

    /// <summary>Labels images, or takes their labels back.</summary>
    /// <exception cref="IOException">The file cannot be written; the labels are as they were.</exception>
    public void Give(IEnumerable<string> paths, string? label)
    {
        Change[] changes =
        [
            .. paths.Distinct(StringComparer.Ordinal)
                .Select(path => new Change(path, _labels.GetValueOrDefault(path), label))
                .Where(change => change.Before != change.After),
        ];
        if (changes.Length > 0)
        {
            Apply(changes);
            _undo.Push(changes);
            _redo.Clear();
        }
    }

    /// <summary>Takes the last change back.</summary>
    /// <exception cref="IOException">The file cannot be written; the labels are as they were.</exception>
    public void Undo() => Move(_undo, _redo);

    /// <summary>Makes the last change again that was taken back.</summary>
    /// <exception cref="IOException">The file cannot be written; the labels are as they were.</exception>
    public void Redo() => Move(_redo, _undo);

    private void Move(Stack<Change[]> from, Stack<Change[]> to)
    {
        if (from.TryPeek(out var changes))
        {
            Change[] back = [.. changes.Select(change => new Change(change.Path, change.After, change.Before))];
            Apply(back);
            from.Pop();
            to.Push(back);
        }
    }

    private void Apply(Change[] changes)
    {
        var now = DateTime.UtcNow;
        _file.Append([.. changes.Select(change => new LabelLine(change.Path, change.After, now))]);
        foreach (var change in changes)
        {
            Set(change.Path, change.After);
            if (change.After is { } label && !_classes.Contains(label))
            {
                _classes.Add(label);
            }
        }
    }

    // Taken out first, so that the newest label is the last.
    private void Set(string path, string? label)
    {
        _labels.Remove(path);
        if (label is not null)
        {
            _labels.Add(path, label);
        }
    }

    private sealed record Change(string Path, string? Before, string? After);
}
