using Mono.Cecil;

namespace Byol.Architecture.Tests.Rooms;

/// <summary>Reads the arrows between rooms out of a built assembly.</summary>
/// <param name="rooms">The room of a type by its full name; for types that the build makes, of their
/// namespace.</param>
internal sealed class AssemblyRooms(IReadOnlyDictionary<string, string> rooms)
{
    private readonly List<Arrow> _arrows = [];
    private readonly List<string> _unknown = [];

    public IReadOnlyList<Arrow> Arrows => _arrows;

    /// <summary>The types of the outermost level that no source file declares.</summary>
    public IReadOnlyList<string> Unknown => _unknown;

    public static AssemblyRooms Read(string path, IReadOnlyDictionary<string, string> rooms)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(path);
        var reader = new AssemblyRooms(rooms);
        foreach (var type in assembly.MainModule.Types.Where(type => !IsCompilersOwn(type)))
        {
            reader.Add(type);
        }
        return reader;
    }

    private void Add(TypeDefinition type)
    {
        if (RoomOf(type) is not { } from)
        {
            _unknown.Add(type.FullName);
            return;
        }
        _arrows.AddRange(TypeUses.Of(type)
            .Select(use => (use.Member, Used: Outermost(use.Used)))
            .Where(use => use.Used.Scope == type.Module && use.Used.FullName != type.FullName)
            .Select(use => (use.Member, use.Used, To: RoomOf(use.Used)))
            .Where(use => use.To is not null)
            .Select(use => new Arrow(from, use.To!, Short(type), Short(use.Used), use.Member))
            .Distinct());
    }

    private string? RoomOf(TypeReference type) =>
        rooms.GetValueOrDefault(SourceName(type)) ?? rooms.GetValueOrDefault(type.Namespace);

    /// <summary>The compiler puts the file's name before that of a type that is visible in its file alone.</summary>
    private static string SourceName(TypeReference type)
    {
        var start = IsOfOneFile(type) ? type.Name.IndexOf("__", StringComparison.Ordinal) + 2 : 0;
        return type.Namespace + "." + type.Name[start..];
    }

    private static bool IsOfOneFile(TypeReference type) =>
        type.Name.StartsWith('<') && type.Name.Contains("__", StringComparison.Ordinal) && type.Namespace.Length > 0;

    private static bool IsCompilersOwn(TypeDefinition type) =>
        type.Namespace.Length == 0
        || type.Namespace is "Microsoft.CodeAnalysis" or "System.Runtime.CompilerServices"
        || type.Namespace.EndsWith(".Generated", StringComparison.Ordinal);

    private static TypeReference Outermost(TypeReference type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static string Short(TypeReference type) => type.Name.Split('`')[0];
}
