using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Bulk;

/// <summary>Embeds images as they come, in batches, and remembers none.</summary>
internal sealed class EmbeddedImages : IDisposable
{
    private readonly MLContext _mlContext;
    private readonly UnreadableRows _unreadable = new();
    private readonly ByolEmbeddingTransformer _model;

    /// <param name="mlContext">The context.</param>
    /// <param name="weights">The encoder.</param>
    /// <param name="folder">The folder that images are named from.</param>
    public EmbeddedImages(MLContext mlContext, ByolWeights weights, DirectoryInfo folder)
    {
        _mlContext = mlContext;
        Folder = folder;
        _model = ImageEncoder.Load(mlContext, weights, _unreadable, remembers: false);
    }

    /// <summary>The folder that images are named from.</summary>
    public DirectoryInfo Folder { get; }

    /// <summary>Values of an embedding.</summary>
    public int Dimension => _model.EmbeddingDimension;

    /// <summary>The images that could not be read so far.</summary>
    public IReadOnlyList<SkippedFile> Unreadable => _unreadable.Files;

    /// <summary>An image's path below the folder.</summary>
    public string NameOf(string image) => Path.GetRelativePath(Folder.FullName, image);

    /// <summary>Gives each image that can be read, and its embedding, to a receiver, in order.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public int Read(
        IEnumerable<LabelledImage> images, Action<string, ReadOnlySpan<float>> receive, CancellationToken cancellation)
    {
        var embedded = _model.Transform(ImageFolder.ToDataView(_mlContext, images));
        var (imageColumn, embeddingColumn) = (
            embedded.Schema[Pretraining.ImageColumn], embedded.Schema[Pretraining.EmbeddingColumn]);
        using var cursor = embedded.GetRowCursor([imageColumn, embeddingColumn]);
        var imageGetter = cursor.GetGetter<ReadOnlyMemory<char>>(imageColumn);
        var embeddingGetter = cursor.GetGetter<VBuffer<float>>(embeddingColumn);
        ReadOnlyMemory<char> image = default;
        VBuffer<float> embedding = default;
        var count = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            imageGetter(ref image);
            embeddingGetter(ref embedding);
            if (!float.IsNaN(embedding.GetValues()[0]))
            {
                receive(NameOf(image.ToString()), embedding.GetValues());
                count++;
            }
        }
        return count;
    }

    public void Dispose() => _model.Dispose();
}
