using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Bulk;

/// <summary>
/// Embeddings of a folder of images as Parquet parts. A part appears whole, so a job that was stopped goes on where it
/// was, and several processes share one: each takes every so-manieth part. What could not be read is listed, with
/// reasons, before the last file, <c>_SUCCESS</c>, says that all is there.
/// </summary>
/// <param name="folder">Where the parts lie.</param>
/// <param name="manifest">The job.</param>
/// <param name="launcher">What says which of its processes this is; null is the only one.</param>
internal sealed class ParquetParts(DirectoryInfo folder, PartsManifest manifest, MpiLauncher? launcher)
{
    private const string Success = "_SUCCESS";
    private const string UnreadableList = "_unreadable.csv";

    /// <summary>Writes the parts of this process that are not there yet, then what says that all parts are, where they
    /// are.</summary>
    /// <param name="embedded">The encoder.</param>
    /// <param name="images">All images of the job.</param>
    /// <param name="skipped">Those that a look at the folder has shown to be unreadable.</param>
    /// <param name="cancellation">Stops it.</param>
    public WrittenParts Write(
        EmbeddedImages embedded,
        IReadOnlyList<LabelledImage> images,
        IEnumerable<SkippedFile> skipped,
        CancellationToken cancellation)
    {
        var written = 0;
        for (var part = launcher?.Rank ?? 0; part < manifest.Parts; part += launcher?.Size ?? 1)
        {
            if (!File.Exists(PathOf(part)))
            {
                written += Write(part, embedded, images, cancellation);
            }
        }
        var there = Enumerable.Range(0, manifest.Parts).Count(part => File.Exists(PathOf(part)));
        var unreadable = there == manifest.Parts ? Conclude(embedded, [.. skipped]) : 0;
        return new WrittenParts(written, there, manifest.Parts, unreadable);
    }

    private int Write(
        int part, EmbeddedImages embedded, IReadOnlyList<LabelledImage> images, CancellationToken cancellation)
    {
        var file = new PartFile(embedded.Dimension);
        var unreadableBefore = embedded.Unreadable.Count;
        var count = embedded.Read(
            images.Skip(part * manifest.PartSize).Take(manifest.PartSize), file.Add, cancellation);
        SkippedFile[] unreadable = [.. embedded.Unreadable.Skip(unreadableBefore)];
        file.Write(PathOf(part), unreadable);
        Messages.Info(
            $"Part {part + 1} of {manifest.Parts}: {Counted.Text(count, "embedding")}"
            + $"{(unreadable.Length > 0 ? $", {Counted.Text(unreadable.Length, "image")} could not be read" : "")}.");
        return count;
    }

    // Whoever finds all parts there does this; two may, and write the same.
    private int Conclude(EmbeddedImages embedded, IReadOnlyList<SkippedFile> skipped)
    {
        SkippedFile[] undecodable =
        [
            .. Enumerable.Range(0, manifest.Parts)
                .SelectMany(part => PartFile.ReadUnreadableAsync(PathOf(part)).GetAwaiter().GetResult()),
        ];
        SkippedFile[] unreadable = [.. skipped, .. undecodable];
        AtomicFile.Write(Path.Combine(folder.FullName, UnreadableList), stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.WriteLine("file,reason");
            foreach (var file in unreadable)
            {
                writer.WriteLine($"{Csv.Quote(embedded.NameOf(file.File))},{Csv.Quote(file.Reason)}");
            }
        });
        if (undecodable.Length == manifest.Images)
        {
            throw new InvalidDataException(
                $"No image under '{embedded.Folder}' could be read; '{folder}' lists the reasons in {UnreadableList}.");
        }
        foreach (var unfinished in folder.EnumerateFiles(".part-*.tmp"))
        {
            // What a kill left.
            unfinished.Delete();
        }
        AtomicFile.Write(Path.Combine(folder.FullName, Success), _ => { });
        return unreadable.Length;
    }

    private string PathOf(int part) => Path.Combine(
        folder.FullName, $"part-{part.ToString("D5", CultureInfo.InvariantCulture)}.parquet");
}

/// <summary>What a process did of a job, and how far that is.</summary>
/// <param name="Embeddings">Embeddings that it wrote.</param>
/// <param name="There">Parts that are there, whoever wrote them.</param>
/// <param name="Parts">Parts of the job.</param>
/// <param name="Unreadable">Images that could not be read, known where all parts are there.</param>
internal sealed record WrittenParts(int Embeddings, int There, int Parts, int Unreadable)
{
    public string Describe(DirectoryInfo folder)
    {
        var there = There < Parts
            ? $"{There} of {Counted.Text(Parts, "part")} are in '{folder}', and other processes write the rest"
            : Parts == 1 ? $"the one part is in '{folder}'"
            : $"all {Parts} parts are in '{folder}'";
        var unreadable = Unreadable > 0 ? $", {Counted.Text(Unreadable, "image")} could not be read" : "";
        return $"Wrote {Counted.Text(Embeddings, "embedding")}: {there}{unreadable}.";
    }
}
