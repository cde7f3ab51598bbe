using Byol.MLNet;
using Byol.Samples.Data;
using Byol.Samples.Output;
using Microsoft.ML;

namespace Byol.Samples.Commands;

/// <summary>A pretraining on the files of a folder, as several commands run it.</summary>
internal static class Pretraining
{
    public const string ImageColumn = nameof(LabelledImage.Image);
    public const string LabelColumn = nameof(LabelledImage.Label);
    public const string EmbeddingColumn = "Features";
    public const int DefaultSeed = 42;

    public static ByolEmbeddingTransformer Run(MLContext mlContext, IEnumerable<LabelledImage> images, ByolOptions options)
    {
        var data = ImageFolder.ToDataView(mlContext, images);
        return LiveProgress.Run(options, () => mlContext.Transforms.ByolEmbedding(EmbeddingColumn, ImageColumn, options).Fit(data));
    }

    /// <summary>Names options that are out of range before any image is read.</summary>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public static void Validate(ByolOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
