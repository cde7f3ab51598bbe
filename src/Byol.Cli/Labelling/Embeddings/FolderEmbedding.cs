using System.Diagnostics;
using System.Security.Cryptography;
using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Embedding;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>Embeds a folder's images, those that a former run has embedded from its cache.</summary>
/// <param name="mlContext">The context.</param>
/// <param name="weights">The encoder.</param>
/// <param name="cacheFile">Where embeddings are kept for the next run.</param>
internal sealed class FolderEmbedding(MLContext mlContext, ByolWeights weights, string cacheFile)
{
    // A kill loses so much at most.
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    private readonly UnreadableRows _unreadable = new();

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<SkippedFile> Unreadable => _unreadable.Files;

    /// <summary>The folder whose embeddings the cache had; null before it was read, or where there was none.</summary>
    public string? FormerFolder { get; private set; }

    /// <summary>Embeds the images.</summary>
    /// <param name="images">Files of the folder.</param>
    /// <param name="report">Takes how many are done.</param>
    /// <param name="cancellation">Ends it; what is done is kept for the next run.</param>
    /// <exception cref="InvalidDataException">None of the images can be read.</exception>
    public (Gallery Gallery, ByolEmbeddingTransformer Encoder) Run(
        FolderImages images, Action<int> report, CancellationToken cancellation)
    {
        var encoder = ImageEncoder.Load(mlContext, weights, _unreadable, remembers: false);
        var cache = new EmbeddingCache(
            cacheFile, images.Folder, SHA256.HashData(encoder.Encoder.ToBytes()), encoder.EmbeddingDimension);
        FormerFolder = cache.FormerFolder;
        var stamps = images.Paths.Select(path => FileStamp.Of(images.FileOf(path))).ToArray();
        var embeddings = images.Paths.Zip(stamps, cache.Find).ToArray();
        int[] missing = [.. embeddings.Index().Where(entry => entry.Item is null).Select(entry => entry.Index)];
        report(images.Paths.Count - missing.Length);
        var saved = Stopwatch.GetTimestamp();
        try
        {
            var files = missing.Select(image => images.FileOf(images.Paths[image]));
            var embedded = encoder.Transform(View(files)).GetColumn<float[]>(Pretraining.EmbeddingColumn);
            foreach (var (image, embedding) in missing.Zip(embedded))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!float.IsNaN(embedding[0]))
                {
                    embeddings[image] = embedding;
                    cache.Keep(images.Paths[image], stamps[image], embedding);
                }
                report(1);
                if (Stopwatch.GetElapsedTime(saved) > SaveEvery)
                {
                    Save(cache);
                    saved = Stopwatch.GetTimestamp();
                }
            }
        }
        finally
        {
            Save(cache);
        }
        return (Open(images, embeddings, encoder.EmbeddingDimension), encoder);
    }

    private static void Save(EmbeddingCache cache)
    {
        try
        {
            cache.Save();
        }
        catch (IOException exception)
        {
            Messages.Warning($"The embeddings are not kept for the next start: {exception.Message}");
        }
    }

    private Gallery Open(FolderImages images, float[]?[] embeddings, int dimension)
    {
        int[] readable = [.. embeddings.Index().Where(entry => entry.Item is not null).Select(entry => entry.Index)];
        return readable.Length > 0
            ? new Gallery(
                images with { Paths = [.. readable.Select(image => images.Paths[image])] },
                UnitVectors.Of([.. readable.Select(image => embeddings[image]!)], dimension))
            : throw new InvalidDataException(
                $"No image under '{images.Folder}' could be read; the first is '{Unreadable[0].File}': "
                + $"{Unreadable[0].Reason}.");
    }

    private IDataView View(IEnumerable<string> files) =>
        ImageFolder.ToDataView(mlContext, files.Select(file => new LabelledImage { Image = file }));
}
