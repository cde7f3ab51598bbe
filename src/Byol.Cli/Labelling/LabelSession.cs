using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling;

/// <summary>A folder that is being labelled: what the page sees and does. Safe for several threads.</summary>
internal sealed class LabelSession(string folder, string model, LabelFile file)
{
    private const int LongestLabel = 200;

    private readonly object _gate = new();
    private readonly Pulse _pulse = new();
    private readonly LabelBook _book = new(file);
    private SessionState _state = new()
    {
        Folder = folder,
        LabelsFile = file.FullName,
        Model = model,
        Warning = Repair(file),
    };

    private string? _notice = Repair(file);

    private IReadOnlyList<string> _paths = [];
    private Dictionary<string, int> _images = [];
    private Board _board = Board.Empty;
    private Ranking? _ranking;
    private int _pages;

    /// <summary>Ends at the next change of anything.</summary>
    public Task Changed => _pulse.Next;

    public SessionState State => Read(() => _state);

    /// <summary>The labels and the newest predictions; with their number, which every change of one raises.</summary>
    public (Board Board, Ranking? Ranking, int Generation) Snapshot() =>
        Read(() => (_board, _ranking, _state.Generation));

    /// <summary>More images are embedded.</summary>
    public void ReportEmbedded(int more, int total) =>
        Change(state => state with { Done = state.Done + more, Total = total });

    public void Fail(string error) => Change(state => state with { Phase = SessionState.Failed, Error = error });

    /// <summary>The images are there.</summary>
    public void Open(IReadOnlyList<string> paths, int unreadable) => Change(state =>
    {
        _paths = paths;
        _images = paths.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        return WithLabels(state) with
        {
            Phase = SessionState.Ready,
            Images = paths.Count,
            Unreadable = unreadable,
        };
    });

    /// <summary>Says something about the labels that stays on the page.</summary>
    public void Warn(string sentence) => Change(state =>
    {
        _notice = sentence;
        return state with { Warning = Warning() };
    });

    /// <summary>Labels images, or takes their labels back; the file has it when this returns.</summary>
    public SessionState Give(IReadOnlyList<int> images, string? label)
    {
        var paths = Read(() => _paths);
        if (images.Count == 0 || images.Any(image => image < 0 || image >= paths.Count))
        {
            throw new RequestException(RequestException.Bad, "The request names no image, or one that there is not.");
        }
        var name = label?.Trim();
        if (name is "" or { Length: > LongestLabel } || name?.Any(char.IsControl) == true)
        {
            throw new RequestException(
                RequestException.Bad, $"A label is one line of 1 to {LongestLabel} characters.");
        }
        return ChangeLabels(() => _book.Give(images.Select(image => paths[image]), name));
    }

    public SessionState Undo() => ChangeLabels(_book.Undo);

    public SessionState Redo() => ChangeLabels(_book.Redo);

    /// <summary>New predictions.</summary>
    public void Publish(Ranking? ranking, ClassifierState? classifier) => Change(state =>
    {
        _ranking = ranking;
        return state with { Classifier = classifier, Generation = state.Generation + 1 };
    });

    /// <summary>More about the same predictions.</summary>
    public void Report(ClassifierState classifier) => Change(state => state with { Classifier = classifier });

    public void Propose(IReadOnlyList<int> images) => Change(state => state with { Proposal = images });

    /// <summary>A page begins or ends to listen.</summary>
    public void CountPage(int change) => Change(state =>
    {
        _pages += change;
        return state with { Warning = Warning() };
    });

    private static string? Repair(LabelFile file) => file.Repaired is null
        ? null
        : $"The last line of '{file.FullName}' was unfinished and was cut away.";

    private SessionState ChangeLabels(Action change) => Change(state =>
    {
        change();
        return WithLabels(state);
    });

    private SessionState WithLabels(SessionState state)
    {
        _board = Board.Of(_book, _images);
        return state with
        {
            Classes = _board.Count(),
            Labelled = _board.Labelled.Count,
            Elsewhere = _board.Elsewhere,
            CanUndo = _book.CanUndo,
            CanRedo = _book.CanRedo,
            Generation = state.Generation + 1,
            Warning = Warning(),
        };
    }

    private string? Warning() =>
        file.IsChangedByOthers ? $"Another program has changed '{file.FullName}'; its changes are not seen here."
        : _pages > 1 ? "This folder is being labelled in another page too; both write to the same labels."
        : _notice;

    private SessionState Change(Func<SessionState, SessionState> change)
    {
        SessionState changed;
        lock (_gate)
        {
            _state = changed = change(_state) with { Version = _state.Version + 1 };
        }
        _pulse.Beat();
        return changed;
    }

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
