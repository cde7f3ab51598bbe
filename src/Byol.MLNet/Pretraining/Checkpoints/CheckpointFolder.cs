using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Byol.MLNet.Foundation;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>
/// A folder of checkpoints, each a folder <c>step-N</c> of a manifest and a safetensors file. One appears only when it
/// is complete:
/// it is written under another name, flushed, then renamed.
/// </summary>
internal sealed class CheckpointFolder(string path, int kept)
{
    private const string Prefix = "step-";
    private const string UnfinishedPrefix = ".unfinished-";
    private const string ManifestName = "manifest.json";
    private const string TensorsName = "tensors.safetensors";

    /// <summary>Where the checkpoint of a step lies.</summary>
    public string PathOf(long step) => Path.Combine(path, Prefix + step.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes a checkpoint and removes those that are older than the ones to keep.</summary>
    /// <exception cref="IOException">It cannot be written; the checkpoints that are there stay as they are.</exception>
    public void Save(Checkpoint checkpoint)
    {
        var final = PathOf(checkpoint.Manifest.Step);
        var unfinished = Path.Combine(path, UnfinishedPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(unfinished);
            var tensors = Path.Combine(unfinished, TensorsName);
            WriteFlushed(tensors, stream => SafeTensors.Write(stream, checkpoint.Tensors()));
            var manifest = checkpoint.Manifest with
            {
                Networks = [.. checkpoint.Networks.Keys],
                Moments = checkpoint.Optimizer.Moments.Count,
                TensorsSha256 = Digest(tensors),
            };
            WriteFlushed(
                Path.Combine(unfinished, ManifestName),
                stream => JsonSerializer.Serialize(stream, manifest, JsonFormat.Indented));
            // The same step once more: after resuming from before it, or in place of a damaged one.
            Remove(final);
            Directory.Move(unfinished, final);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The checkpoint '{final}' cannot be written: {exception.Message}", exception);
        }
        finally
        {
            Remove(unfinished);
        }
        // Those of later steps are damaged ones that a resumed run has not reached again.
        foreach (var (_, old) in Complete().Where(other => other.Step <= checkpoint.Manifest.Step).Skip(kept))
        {
            Remove(old);
        }
    }

    /// <summary>Whether any checkpoint is there.</summary>
    public bool IsEmpty => !Complete().Any();

    /// <summary>Removes what a run that was killed while it wrote left behind.</summary>
    public void RemoveUnfinished()
    {
        foreach (var unfinished in Directory.Exists(path) ? Directory.GetDirectories(path, UnfinishedPrefix + "*") : [])
        {
            Remove(unfinished);
        }
    }

    /// <summary>
    /// The newest checkpoint that can be read; null where there is none. Damaged ones are passed to
    /// <paramref name="damaged"/>.
    /// </summary>
    public Checkpoint? LoadNewest(Action<string> damaged)
    {
        foreach (var (step, folder) in Complete())
        {
            try
            {
                return Load(folder, step);
            }
            // Whatever it is that cannot be read, the one before may be whole.
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                damaged(exception is NotSupportedException
                    ? $"The checkpoint '{folder}' {exception.Message}; it is passed over."
                    : $"The checkpoint '{folder}' is damaged and is passed over: "
                        + $"{FileText.ShowMessage(exception.Message)}");
            }
        }
        return null;
    }

    private static Checkpoint Load(string folder, long step)
    {
        var json = File.ReadAllBytes(Path.Combine(folder, ManifestName));
        RequireFormat(json);
        var manifest = JsonSerializer.Deserialize<CheckpointManifest>(json, JsonFormat.Indented)
            ?? throw new InvalidDataException("its manifest is empty");
        if (manifest.Step != step)
        {
            throw new InvalidDataException($"its manifest is that of step {manifest.Step}");
        }
        manifest.RequireRanges();
        var tensors = Path.Combine(folder, TensorsName);
        if (Digest(tensors) != manifest.TensorsSha256)
        {
            throw new InvalidDataException($"'{TensorsName}' is not what was written");
        }
        using var stream = File.OpenRead(tensors);
        return Checkpoint.From(folder, manifest, SafeTensors.Read(stream));
    }

    // What another format holds beside its number is not known here.
    private static void RequireFormat(byte[] json)
    {
        var format = JsonSerializer.Deserialize<FormatNumber>(json, JsonFormat.Indented)?.Format;
        if (format is { } number && number != CheckpointManifest.CurrentFormat)
        {
            var age = number < CheckpointManifest.CurrentFormat ? "an earlier" : "a later";
            throw new NotSupportedException(
                $"is of {age} version of the library: its format is {number}, and this version reads "
                + $"{CheckpointManifest.CurrentFormat}");
        }
    }

    private sealed record FormatNumber(int? Format);

    private IEnumerable<(long Step, string Folder)> Complete()
    {
        if (!Directory.Exists(path))
        {
            return [];
        }
        return from folder in Directory.GetDirectories(path, Prefix + "*")
               let step = StepOf(Path.GetFileName(folder))
               where step is not null
               orderby step descending
               select (step.Value, folder);
    }

    private static long? StepOf(string name) =>
        long.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;

    private static void WriteFlushed(string file, Action<Stream> write)
    {
        using var stream = new FileStream(
            file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already, which is what was wanted.
        }
    }
}
