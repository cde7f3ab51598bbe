using System.Text.Json;
using Byol.Cli.Data;
using Byol.MLNet.Foundation;
using Parquet;
using Parquet.Schema;

namespace Byol.Cli.Bulk;

/// <summary>
/// Embeddings of some images as a Parquet file: the columns <c>path</c> and <c>embedding</c>, a list of fp32 values;
/// beside them, in the file's metadata, the images that could not be read, and why.
/// </summary>
internal sealed class PartFile(int dimension)
{
    private const string Unreadable = "unreadable";

    // Embeddings hardly get smaller.
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.None };

    private readonly List<string> _paths = [];
    private readonly List<float> _values = [];

    public void Add(string path, ReadOnlySpan<float> embedding)
    {
        _paths.Add(path);
        _values.AddRange(embedding);
    }

    /// <summary>Writes the file whole or not at all.</summary>
    public void Write(string file, IReadOnlyList<SkippedFile> unreadable) =>
        AtomicFile.Write(file, stream => WriteAsync(stream, unreadable).GetAwaiter().GetResult());

    /// <summary>The images that could not be read when the file was written.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or is damaged.</exception>
    public static async Task<IReadOnlyList<SkippedFile>> ReadUnreadableAsync(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            await using var reader = await ParquetReader.CreateAsync(stream);
            return JsonSerializer.Deserialize<SkippedFile[]>(reader.CustomMetadata[Unreadable], JsonFormat.Line)!;
        }
        catch (Exception exception) when (
            exception is IOException or InvalidDataException or KeyNotFoundException or JsonException)
        {
            throw new InvalidDataException(
                $"'{file}' is damaged ({exception.Message}); delete it, and the same command writes it anew.",
                exception);
        }
    }

    private async Task WriteAsync(Stream stream, IReadOnlyList<SkippedFile> unreadable)
    {
        var path = new DataField<string>("path");
        var element = new DataField<float>("element", nullable: false);
        var schema = new ParquetSchema(path, new ListField("embedding", element));
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, Options);
        writer.CustomMetadata = new Dictionary<string, string>
        {
            [Unreadable] = JsonSerializer.Serialize(unreadable, JsonFormat.Line),
        };
        // A list begins where the repetition level is 0, and goes on where it is 1.
        int[] repetition = [.. Enumerable.Range(0, _values.Count).Select(i => i % dimension == 0 ? 0 : 1)];
        int[] definition = [.. Enumerable.Repeat(element.MaxDefinitionLevel, _values.Count)];
        using var rows = writer.CreateRowGroup();
        await rows.WriteAsync(path, _paths);
        await rows.WriteAllPartsAsync<float>(
            element, _values.ToArray(), definition, repetition, CancellationToken.None);
    }
}
