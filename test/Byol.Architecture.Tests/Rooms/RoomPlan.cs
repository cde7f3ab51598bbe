namespace Byol.Architecture.Tests.Rooms;

/// <summary>
/// Which room of the library may use which others. A room is a folder; folders within it belong to it.
/// </summary>
internal sealed class RoomPlan(IReadOnlyDictionary<string, string[]> uses)
{
    /// <summary>The name of the folder that the rooms lie in.</summary>
    public const string Root = ".";

    private const string Monitoring = "Pretraining/Monitoring";
    private const string Optimizers = "Pretraining/Optimizers";
    private const string Methods = "Pretraining/Methods";

    /// <summary>The library's plan. Two entries say "all": those are the rooms that put the others together.</summary>
    public static RoomPlan OfTheLibrary { get; } = Completed(new()
    {
        ["Foundation"] = [],
        ["Collectives"] = [],
        ["Progress"] = ["Foundation"],
        ["Encoders"] = ["Foundation"],
        ["Options"] = ["Encoders", "Progress", "Foundation", "Collectives"],
        ["Images"] = ["Foundation", "Progress", "Options"],
        ["Views"] = ["Foundation", "Collectives", "Images", "Options"],
        ["Torch"] = ["Foundation", "Collectives", "Encoders"],
        ["Weights"] = ["Foundation", "Encoders"],
        ["Onnx"] = ["Foundation", "Encoders", "Images", "Options"],
        ["Classifiers"] = ["Foundation"],
        ["Embedding"] = ["Foundation", "Progress", "Options", "Encoders", "Images", "Onnx"],
        [Monitoring] = ["Foundation", "Progress", "Options", "Torch"],
        [Optimizers] = ["Foundation", "Options", "Torch"],
        [Methods] = ["Foundation", "Collectives", "Options", "Encoders", "Images", "Views", "Torch", Monitoring],
        ["Pretraining/Checkpoints"] =
            ["Foundation", "Progress", "Options", "Encoders", "Images", "Weights", Optimizers],
        ["Pretraining/Probing"] =
        [
            "Foundation", "Progress", "Options", "Encoders", "Images", "Views", "Torch", "Classifiers", Monitoring,
            Methods,
        ],
    });

    /// <summary>The rooms that may take the user's whole options; the others take the values that they need.</summary>
    public static IReadOnlyList<string> MayTakeAllOptions { get; } =
        ["Pretraining", "Pretraining/Checkpoints", "Options", Root];

    public IEnumerable<string> Rooms => uses.Keys;

    public IEnumerable<Arrow> Arrows =>
        from room in uses from used in room.Value select new Arrow(room.Key, used, "", "", "");

    /// <summary>The room that a folder belongs to; a folder that no room holds is its own, unknown room.</summary>
    public string RoomOf(string folder)
    {
        for (var room = folder; ; room = room[..room.LastIndexOf('/')])
        {
            if (uses.ContainsKey(room))
            {
                return room;
            }
            if (!room.Contains('/', StringComparison.Ordinal))
            {
                return folder;
            }
        }
    }

    public bool Allows(Arrow arrow) => uses.TryGetValue(arrow.From, out var used) && used.Contains(arrow.To);

    private static RoomPlan Completed(Dictionary<string, string[]> rooms)
    {
        rooms["Pretraining"] = [.. rooms.Keys];
        rooms[Root] = [.. rooms.Keys];
        return new(rooms);
    }
}
