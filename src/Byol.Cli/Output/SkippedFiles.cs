using System.Text.RegularExpressions;
using Byol.Cli.Data;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Output;

/// <summary>Reads the folders of a command, says what is in them, and keeps the list of what was left out.</summary>
/// <param name="file">Where the list is written to; null writes none.</param>
/// <param name="cancellation">Ends a walk.</param>
internal sealed partial class SkippedFiles(FileInfo? file, CancellationToken cancellation)
{
    private const int Named = 10;

    private readonly List<SkippedFile> _all = [];
    private readonly List<FolderSummary> _folders = [];

    /// <summary>All that was left out of all folders, and why.</summary>
    public IReadOnlyList<SkippedFile> All => _all;

    /// <summary>What is in each folder.</summary>
    public IReadOnlyList<FolderSummary> Folders => _folders;

    /// <summary>How many images could not be read.</summary>
    public int Unreadable => _all.Count(file => file.Kind == SkippedKind.Unreadable);

    /// <summary>Walks a folder, and prints one line of what is in it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image.</exception>
    public IReadOnlyList<LabelledImage> Read(DirectoryInfo folder, LabelSource labels = LabelSource.Folder)
    {
        var contents = FolderContents.Read(folder, labels, cancellation: cancellation);
        _all.AddRange(contents.Skipped);
        _folders.Add(FolderSummary.Of(folder, contents));
        Messages.Info($"'{folder}': {contents.Describe()}.");
        Warn(
            "image",
            contents.Skipped.Where(file => file.Kind == SkippedKind.Unreadable));
        Warn(
            "folder",
            contents.Skipped.Where(file => file.Kind == SkippedKind.Forbidden));
        return contents.Images;
    }

    /// <summary>Adds images that only decoding showed to be damaged.</summary>
    public void AddUnreadable(IEnumerable<SkippedFile> files)
    {
        SkippedFile[] added = [.. files];
        _all.AddRange(added);
        Warn("image", added);
    }

    /// <summary>The same, as the library words them: <c>'PATH' (row N): REASON</c>.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="areNamed">Whether a log has named them already.</param>
    public void AddUnreadable(IEnumerable<string> messages, bool areNamed = false)
    {
        var files = messages.Select(message => Row().Match(message) is { Success: true } match
            ? new SkippedFile(match.Groups["path"].Value, SkippedKind.Unreadable, match.Groups["reason"].Value)
            : new SkippedFile("", SkippedKind.Unreadable, message));
        if (areNamed)
        {
            _all.AddRange(files);
            return;
        }
        AddUnreadable(files);
    }

    public void AddCopies(IEnumerable<SkippedFile> files) => _all.AddRange(files);

    /// <summary>Writes the list as CSV, where it was asked for.</summary>
    public void Write()
    {
        if (file is not null)
        {
            AtomicFile.Write(file.FullName, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                writer.WriteLine("file,kind,reason");
                foreach (var skipped in _all)
                {
                    writer.WriteLine($"{Csv.Quote(skipped.File)},{skipped.Kind},{Csv.Quote(skipped.Reason)}");
                }
            });
        }
    }

    private static void Warn(string noun, IEnumerable<SkippedFile> files)
    {
        string[] named = [.. files.Select(file => $"'{file.File}': {file.Reason}")];
        if (named.Length > 0)
        {
            Messages.Warning(
                $"{Counted.Text(named.Length, noun)} could not be read and {(named.Length == 1 ? "was" : "were")} left "
                + $"out: {string.Join("; ", named.Take(Named))}{(named.Length > Named ? "; …" : ".")}");
        }
    }

    [GeneratedRegex(@"^'(?<path>.*)' \(row \d+\): (?<reason>.*)$", RegexOptions.Singleline)]
    private static partial Regex Row();
}
