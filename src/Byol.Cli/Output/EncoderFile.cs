namespace Byol.Cli.Output;

/// <summary>The place of a trained encoder: hours of work, which no full disk may throw away.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Error">Why it is not where it was asked for; null where it is.</param>
internal sealed record EncoderFile(string File, string? Error)
{
    /// <summary>Beside the file that was asked for: what collapsed must not replace an encoder that works.</summary>
    public static FileInfo CollapsedName(FileInfo asked) =>
        new(Path.Combine(
            asked.DirectoryName!, $"{Path.GetFileNameWithoutExtension(asked.Name)}.collapsed{asked.Extension}"));

    /// <summary>Saves where it was asked for, else beside it, else in the folder for temporary files.</summary>
    /// <param name="save">Writes to the given path.</param>
    /// <param name="asked">Where the encoder was asked for.</param>
    /// <exception cref="IOException">It can be written to none of them.</exception>
    public static EncoderFile Save(Action<string> save, FileInfo asked)
    {
        try
        {
            save(asked.FullName);
            return new EncoderFile(asked.FullName, null);
        }
        catch (IOException exception)
        {
            var name = $"{Path.GetFileNameWithoutExtension(asked.Name)}.{DateTime.UtcNow:yyyyMMdd-HHmmss}.onnx";
            foreach (var folder in (string[])[asked.DirectoryName!, TemporaryFolder.System])
            {
                var place = Path.Combine(folder, name);
                try
                {
                    save(place);
                    return new EncoderFile(
                        place, $"{exception.Message.TrimEnd('.')}. The trained encoder is kept as '{place}'.");
                }
                catch (IOException)
                {
                    // The next place, and in the end the first one's error.
                }
            }
            throw;
        }
    }
}
