using System.Text;

namespace Byol.Architecture.Tests.Rooms;

/// <summary>That a type of one room uses a type of another, and the member that does.</summary>
internal sealed record Arrow(string From, string To, string FromType, string ToType, string Member)
{
    public override string ToString() => $"{From} → {To}: {FromType} → {ToType} (in {Member})";
}

/// <summary>Rooms and the arrows between them.</summary>
internal sealed class RoomGraph(IReadOnlyList<Arrow> arrows)
{
    private readonly ILookup<string, string> _uses = arrows
        .Where(arrow => arrow.From != arrow.To)
        .Select(arrow => (arrow.From, arrow.To))
        .Distinct()
        .OrderBy(pair => pair.To, StringComparer.Ordinal)
        .ToLookup(pair => pair.From, pair => pair.To);

    private IEnumerable<string> Rooms => _uses.Select(room => room.Key).Order(StringComparer.Ordinal);

    /// <summary>The arrows that the plan does not allow.</summary>
    public IReadOnlyList<Arrow> AgainstPlan(RoomPlan plan) =>
        [.. arrows.Where(arrow => arrow.From != arrow.To && !plan.Allows(arrow)).OrderBy(arrow => arrow.ToString())];

    /// <summary>The arrows to a type from rooms other than the given.</summary>
    public IReadOnlyList<Arrow> ToTypeFromElsewhere(string type, IReadOnlyList<string> rooms) =>
        [.. arrows.Where(arrow => arrow.ToType == type && !rooms.Contains(arrow.From))
            .OrderBy(arrow => arrow.ToString())];

    /// <summary>
    /// The rooms of a shortest cycle in order, the first again at the end; empty where there is none.
    /// </summary>
    public IReadOnlyList<string> Cycle() =>
        Rooms.Select(room => Path(room, room)).Where(path => path.Count > 0).MinBy(path => path.Count) ?? [];

    /// <summary>A Mermaid diagram, without the arrows that follow from others.</summary>
    public string ToMermaid()
    {
        var text = new StringBuilder("graph TD\n");
        var hasCycle = Cycle().Count > 0;
        foreach (var from in Rooms)
        {
            foreach (var to in _uses[from].Where(to => hasCycle || !FollowsFromOthers(from, to)))
            {
                text.Append($"  {Node(from)} --> {Node(to)}\n");
            }
        }
        return text.ToString();
    }

    private static string Node(string room) =>
        room == RoomPlan.Root ? "root[catalog extensions, estimator, transformer]"
        : room.Contains('/', StringComparison.Ordinal) ? $"{room.Replace('/', '_')}[{room}]"
        : room;

    private bool FollowsFromOthers(string from, string to) =>
        _uses[from].Any(other => other != to && Path(other, to).Count > 0);

    /// <summary>A shortest way of at least one arrow between two rooms; empty where there is none.</summary>
    private List<string> Path(string from, string to)
    {
        var origins = new Dictionary<string, string>();
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var room))
        {
            foreach (var next in _uses[room].Where(next => origins.TryAdd(next, room)))
            {
                if (next == to)
                {
                    return WayBack(origins, from, to);
                }
                open.Enqueue(next);
            }
        }
        return [];
    }

    private static List<string> WayBack(Dictionary<string, string> origins, string from, string to)
    {
        var path = new List<string> { to };
        do
        {
            path.Insert(0, origins[path[0]]);
        }
        while (path[0] != from);
        return path;
    }
}
