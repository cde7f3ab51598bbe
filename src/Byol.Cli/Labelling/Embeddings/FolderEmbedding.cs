using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>Embeds a folder's images, those of a former run from its cache.</summary>
internal sealed class FolderEmbedding(MLContext mlContext, DirectoryInfo folder, ByolWeights weights)
{
    private readonly UnreadableRows _unreadable = new();

    /// <summary>Embeds all of them.</summary>
    /// <param name="images">Files of the folder.</param>
    /// <param name="report">Takes how many are done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">None of the images can be read.</exception>
    public (Gallery Folder, ByolEmbeddingTransformer Encoder) Run(
        IReadOnlyList<LabelledImage> images, Action<int> report, CancellationToken cancellation)
    {
        var root = RealPath.Of(folder.FullName);
        var data = ImageFolder.ToDataView(mlContext, images);
        var encoder = mlContext.Transforms.LoadByolEmbedding(
            Pretraining.EmbeddingColumn,
            Pretraining.ImageColumn,
            weights,
            new ByolEmbeddingOptions
            {
                OnUnreadableImage = ByolUnreadableImage.NaN,
                UnreadableImages = _unreadable,
                EmbeddingMemoryBytes = 0,
            }).Fit(data);
        var (paths, embeddings) = (new List<string>(), new List<float[]>());
        var done = 0;
        foreach (var embedding in encoder.Transform(data).GetColumn<float[]>(Pretraining.EmbeddingColumn))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!float.IsNaN(embedding[0]))
            {
                paths.Add(Path.GetRelativePath(folder.FullName, images[done].Image).Replace('\\', '/'));
                embeddings.Add(embedding);
            }
            report(++done);
        }
        var vectors = UnitVectors.Of(embeddings, encoder.EmbeddingDimension);
        return (new Gallery(root, paths, vectors, _unreadable.Files), encoder);
    }
}
