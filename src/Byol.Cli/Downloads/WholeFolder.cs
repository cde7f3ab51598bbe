namespace Byol.Cli.Downloads;

/// <summary>Fills a folder whole or not at all: beside it, under a temporary name, then renamed.</summary>
internal static class WholeFolder
{
    /// <summary>Fills the folder; files of one that is there already are replaced by those of the same name.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="fill">Writes the files into the folder that it is given, and counts them.</param>
    public static int Fill(DirectoryInfo target, Func<DirectoryInfo, int> fill)
    {
        target.Parent!.Create();
        var temporary = new DirectoryInfo(
            Path.Combine(target.Parent.FullName, $".{target.Name}.{Guid.NewGuid():N}.tmp"));
        void Delete(object? sender, EventArgs arguments) => Remove(temporary);
        AppDomain.CurrentDomain.ProcessExit += Delete;
        try
        {
            temporary.Create();
            var count = fill(temporary);
            Publish(temporary, target);
            return count;
        }
        finally
        {
            Remove(temporary);
            AppDomain.CurrentDomain.ProcessExit -= Delete;
        }
    }

    private static void Publish(DirectoryInfo temporary, DirectoryInfo target)
    {
        target.Refresh();
        if (!target.Exists)
        {
            Directory.Move(temporary.FullName, target.FullName);
            return;
        }
        foreach (var file in temporary.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var place = Path.Combine(target.FullName, Path.GetRelativePath(temporary.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            file.MoveTo(place, overwrite: true);
        }
    }

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            if (Directory.Exists(folder.FullName))
            {
                Directory.Delete(folder.FullName, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A thread that is abandoned may have written once more: the error that led here says more.
        }
    }
}
