using System.Text;
using Byol.Cli.Data;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Labelling.Labels;

/// <summary>
/// The file of labels, to which lines are only ever added: what is confirmed is on the disk, and a kill leaves at most
/// an unfinished last line, which the next start cuts away. One program has it at a time.
/// </summary>
internal sealed class LabelFile : IDisposable
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileInfo _file;
    private readonly FileStream _lock;
    private LabelCsv _csv;
    private long _length;

    private LabelFile(FileInfo file, FileStream @lock)
    {
        (_file, _lock) = (file, @lock);
        (_csv, Lines, Repaired) = Read();
        file.Refresh();
        _length = file.Length;
    }

    /// <summary>All lines that were there when it was opened.</summary>
    public IReadOnlyList<LabelLine> Lines { get; }

    /// <summary>The unfinished last line that was cut away; null where there was none.</summary>
    public string? Repaired { get; }

    /// <summary>Whether another program has written to the file since it was opened.</summary>
    public bool IsChangedByOthers { get; private set; }

    public string FullName => _file.FullName;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="IOException">Another program has it, or it cannot be written.</exception>
    /// <exception cref="InvalidDataException">It is no file of labels.</exception>
    public static LabelFile Open(FileInfo file)
    {
        // Two links to one file are one file.
        file = file.Exists ? new FileInfo(RealPath.Of(file.FullName)) : file;
        var held = Lock(file);
        try
        {
            if (!file.Exists || file.Length == 0)
            {
                AtomicFile.Write(file.FullName, stream => stream.Write(Strict.GetBytes(LabelCsv.Default.Header)));
                file.Refresh();
            }
            return new LabelFile(file, held);
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            held.Dispose();
            var reason = exception is FormatException ? exception.Message : "it is not UTF-8 text";
            throw new InvalidDataException($"'{file}' is no file of labels: {reason}.", exception);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Adds lines; when this returns they are on the disk.</summary>
    /// <exception cref="IOException">They could not be written, and none of them is there.</exception>
    public void Append(IReadOnlyList<LabelLine> lines)
    {
        try
        {
            // By its name each time: a program that replaced the file would leave us writing to one that is gone.
            using var stream = new FileStream(
                FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            if (stream.Length != _length)
            {
                IsChangedByOthers = true;
                _csv = HeaderOf(stream);
            }
            var newLine = EndsLine(stream) ? "" : _csv.NewLine;
            var start = stream.Seek(0, SeekOrigin.End);
            try
            {
                stream.Write(Strict.GetBytes(newLine + string.Concat(lines.Select(_csv.Write))));
                stream.Flush(flushToDisk: true);
                _length = stream.Length;
            }
            catch
            {
                stream.SetLength(start);
                throw;
            }
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new IOException($"The labels could not be saved to '{FullName}': {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    // What another program made of it since: other columns, an end without a new line.
    private static LabelCsv HeaderOf(FileStream stream)
    {
        stream.Position = 0;
        using var reader = new StreamReader(stream, Strict, leaveOpen: true);
        return CsvRecord.ReadAll($"{reader.ReadLine()}\n").FirstOrDefault() is { } header
            ? LabelCsv.OfHeader(header)
            : throw new FormatException("its first line names no columns");
    }

    private static bool EndsLine(FileStream stream)
    {
        stream.Seek(-Math.Min(1, stream.Length), SeekOrigin.End);
        return stream.ReadByte() is '\n' or '\r';
    }

    private static FileStream Lock(FileInfo file)
    {
        var path = Path.Combine(file.DirectoryName!, $".{file.Name}.lock");
        try
        {
            return new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException(
                $"Another program is labelling with '{file}'; stop it, or name another file by --labels.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{file}' cannot be written: {exception.Message}", exception);
        }
    }

    private (LabelCsv Csv, IReadOnlyList<LabelLine> Lines, string? Repaired) Read()
    {
        // A power failure may leave zeros where the last lines were.
        var bytes = File.ReadAllBytes(FullName).AsSpan().TrimEnd((byte)0);
        var wholeLines = bytes.LastIndexOf((byte)'\n') + 1;
        var text = Strict.GetString(bytes[..wholeLines]) + Encoding.UTF8.GetString(bytes[wholeLines..]);
        CsvRecord[] records = [.. CsvRecord.ReadAll(text)];
        if (records.Length == 0)
        {
            throw new FormatException("it has no line");
        }
        var (csv, last) = (LabelCsv.OfHeader(records[0]), records[^1]);
        if (last.IsOpen && HoldsLines(csv, text[last.Start..]))
        {
            throw new FormatException($"line {last.Number} has a quotation mark that is never closed");
        }
        var isWhole = last.NewLine.Length > 0 || last == records[0] || csv.IsWhole(last);
        IReadOnlyList<LabelLine> lines = [.. records[1..(isWhole ? records.Length : ^1)].Select(csv.Read)];
        if (!isWhole)
        {
            End(Strict.GetByteCount(text.AsSpan(0, last.Start)), "");
            return (csv, lines, text[last.Start..]);
        }
        if (last.NewLine.Length == 0 || bytes.Length < _file.Length)
        {
            End(bytes.Length, last.NewLine.Length == 0 ? csv.NewLine : "");
        }
        return (csv, lines, null);
    }

    // What a kill left is less than a line; a mark that was opened by hand swallows those that follow it.
    private static bool HoldsLines(LabelCsv csv, string open) => open[^1] == '\n'
        || open.Split('\n').Skip(1).SelectMany(CsvRecord.ReadAll).Any(csv.IsWhole);

    private void End(long length, string newLine)
    {
        using var stream = new FileStream(FullName, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.SetLength(length);
        stream.Seek(0, SeekOrigin.End);
        stream.Write(Strict.GetBytes(newLine));
        stream.Flush(flushToDisk: true);
    }
}
