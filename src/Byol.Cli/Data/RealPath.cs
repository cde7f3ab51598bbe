namespace Byol.Cli.Data;

/// <summary>A path without links, so that two ways to one file are seen to be one.</summary>
internal static class RealPath
{
    /// <exception cref="IOException">There is no such file or folder, or its links are a loop.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
        foreach (var part in full[real.Length..].Split(separators, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            // The last of several links may lie behind others itself.
            real = File.ResolveLinkTarget(next, returnFinalTarget: true) is { } target ? Of(target.FullName) : next;
        }
        return real;
    }

    /// <summary>Whether the folder is the given one or holds it.</summary>
    public static bool Holds(string folder, string path) =>
        path == folder || path.StartsWith(
            Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
            StringComparison.Ordinal);
}
