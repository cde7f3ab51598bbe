using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>The images that are like a picture, by the cosine of their embeddings.</summary>
internal sealed class PictureSearch(MLContext mlContext, Gallery gallery, ByolEmbeddingTransformer encoder)
{
    private const int Most = 1000;

    /// <summary>Those that are like one of them, itself first.</summary>
    /// <exception cref="RequestException">There is none of this number.</exception>
    public ImageOrder LikeImage(int image) => image >= 0 && image < gallery.Paths.Count
        ? Nearest(gallery.Vectors[image])
        : throw new RequestException(RequestException.NotFound, "There is no image of this number.");

    /// <summary>Those that are like another picture.</summary>
    /// <exception cref="RequestException">It cannot be read.</exception>
    public async Task<ImageOrder> LikePictureAsync(Stream picture, CancellationToken cancellation)
    {
        var file = Path.Combine(Path.GetTempPath(), $"byol-picture-{Guid.NewGuid():N}");
        try
        {
            await using (var stream = File.Create(file))
            {
                await picture.CopyToAsync(stream, cancellation);
            }
            return Decoding.Error(file) is { } error
                ? throw new RequestException(RequestException.Bad, $"The picture cannot be read: {error}.")
                : Nearest(Embed(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private float[] Embed(string file)
    {
        var data = ImageFolder.ToDataView(mlContext, [new LabelledImage { Image = file }]);
        var embedding = encoder.Transform(data).GetColumn<float[]>(Pretraining.EmbeddingColumn).Single();
        return UnitVectors.Normalize(embedding);
    }

    private ImageOrder Nearest(ReadOnlySpan<float> vector)
    {
        var (rows, cosines) = gallery.Vectors.Nearest(vector, Most);
        return new ImageOrder(rows, cosines);
    }
}
