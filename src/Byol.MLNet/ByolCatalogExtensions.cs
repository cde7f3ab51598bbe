using Byol.MLNet;
using Byol.MLNet.Embedding;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx.Import;

namespace Microsoft.ML;

/// <summary>Adds BYOL image embeddings to <see cref="MLContext.Transforms"/>.</summary>
public static class ByolCatalogExtensions
{
    /// <summary>
    /// Creates a <see cref="ByolEmbeddingEstimator"/>, which pretrains an image encoder without labels (BYOL, Grill et
    /// al. 2020) and appends its frozen output as a vector of <see cref="float"/>.
    /// </summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">Name of the embedding column: a vector of Single with 512 ×
    /// <see cref="ByolEncoderRecipe.Width"/> values (ResNet-50: 2048 ×).</param>
    /// <param name="inputColumnName">Column of images (MLImage) or of text (paths of image files); null takes the
    /// output column's name.</param>
    /// <param name="options">Recipe and run; null takes the defaults. They are copied when the fit starts and never
    /// changed.</param>
    /// <exception cref="ArgumentNullException">The catalog or the output column's name is null.</exception>
    /// <exception cref="ArgumentException">The output column's name is empty.</exception>
    /// <example>
    /// <!-- quote: src/Byol.Samples/FirstPipeline.cs#shortest -->
    /// <code>
    /// var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(mlContext.Transforms.ByolEmbedding("Features", "ImagePath"))
    ///     .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
    /// </code>
    /// </example>
    public static ByolEmbeddingEstimator ByolEmbedding(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        ByolOptions? options = null) =>
        new(catalog, outputColumnName, inputColumnName, options ?? new ByolOptions());

    /// <summary>Uses an encoder that was trained before, without training again.</summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">Name of the embedding column.</param>
    /// <param name="inputColumnName">Column of images or of paths; null takes the output column's name.</param>
    /// <param name="fitted">The transformer that a fit returned.</param>
    /// <exception cref="ArgumentNullException">An argument other than the input column's name is null.</exception>
    public static ByolEmbeddingEstimator ApplyByolEmbedding(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        ByolEmbeddingTransformer fitted)
    {
        ArgumentNullException.ThrowIfNull(fitted);
        return new(catalog, outputColumnName, inputColumnName, fitted.Settings, fitted.Shared);
    }

    /// <summary>
    /// Uses a trained encoder as it is: from a file that <see cref="ByolEmbeddingTransformer.SaveOnnx"/> wrote, another
    /// program's ONNX file, or the ImageNet network (<see cref="ByolWeights.ImageNetResNet18"/>).
    /// </summary>
    /// <param name="catalog">The transforms' catalog.</param>
    /// <param name="outputColumnName">Name of the embedding column.</param>
    /// <param name="inputColumnName">Column of images or of paths; null takes the output column's name.</param>
    /// <param name="weights">The model file, or its path. Another program's network sees pictures of its own size, the
    /// ImageNet network 224 px; small pictures are better shown smaller:
    /// <c>ByolWeights.ImageNetResNet18 with { ImageSize = 64 }</c>.</param>
    /// <param name="options">What unreadable images do, and limits; null takes the defaults.</param>
    /// <exception cref="ArgumentException">A value of the options or of the weights is out of range, or something else
    /// is said of a model of this library than its file says.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or none of an encoder; the message names the part
    /// that no encoder here has.</exception>
    public static ByolEmbeddingEstimator LoadByolEmbedding(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        ByolWeights weights,
        ByolEmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new ByolEmbeddingOptions();
        options.Validate();
        weights.Validate();
        using var log = new MLNetEnvironment(catalog).StartLog(nameof(ByolEmbeddingEstimator));
        return new(
            catalog,
            outputColumnName,
            inputColumnName,
            EmbeddingSettings.Of(options),
            new SharedEncoder(catalog, PretrainedEncoder.Load(weights, log)));
    }
}
