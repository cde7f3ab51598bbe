using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Bulk;

/// <summary>One file with one line an image: its path below the folder, then the embedding.</summary>
internal static class CsvEmbeddings
{
    /// <returns>How many images are in the file.</returns>
    /// <exception cref="InvalidDataException">No image could be read; no file is written.</exception>
    public static int Write(
        FileInfo file, EmbeddedImages embedded, IReadOnlyList<LabelledImage> images, CancellationToken cancellation)
    {
        var written = 0;
        AtomicFile.Write(file.FullName, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true);
            writer.WriteLine("image," + string.Join(",", Enumerable.Range(0, embedded.Dimension).Select(i => $"e{i}")));
            written = embedded.Read(images, (name, values) => WriteLine(writer, name, values), cancellation);
            if (written == 0)
            {
                var first = embedded.Unreadable[0];
                throw new InvalidDataException(
                    $"No image under '{embedded.Folder}' could be read; the first is '{first.File}': {first.Reason}.");
            }
        });
        return written;
    }

    // Without a string for each number, since writing them would otherwise take a noticeable part of the time.
    private static void WriteLine(StreamWriter writer, string name, ReadOnlySpan<float> values)
    {
        writer.Write(Csv.Quote(name));
        Span<char> number = stackalloc char[32];
        foreach (var value in values)
        {
            writer.Write(',');
            value.TryFormat(number, out var length, provider: CultureInfo.InvariantCulture);
            writer.Write(number[..length]);
        }
        writer.WriteLine();
    }
}
