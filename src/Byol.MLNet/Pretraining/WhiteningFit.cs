using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining;

/// <summary>Mean and principal directions of embeddings, as a model applies them.</summary>
/// <param name="Whitening">What is done.</param>
/// <param name="Mean">The mean; D values.</param>
/// <param name="Directions">D×d, row by row; null for the mean alone.</param>
internal sealed record WhiteningFit(EmbeddingWhitening Whitening, float[] Mean, float[]? Directions)
{
    /// <summary>Fits it on embeddings.</summary>
    /// <param name="kind">What is to be done.</param>
    /// <param name="recipe">How many components, or how far.</param>
    /// <param name="embeddings">One for each image.</param>
    public static WhiteningFit Of(ByolWhitening kind, ByolEncoderRecipe recipe, IReadOnlyList<float[]> embeddings)
    {
        if (kind == ByolWhitening.None)
        {
            return new(new(kind, embeddings[0].Length), [], null);
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var values = embeddings[0].Length;
        var rows = TensorRows.Of(embeddings).to(float64);
        var mean = rows.mean([0]);
        var meanValues = mean.to(float32).data<float>().ToArray();
        if (kind == ByolWhitening.Centred)
        {
            return new(new(kind, values), meanValues, null);
        }
        var directions = (kind == ByolWhitening.Pca
            ? PrincipalComponents.Whitening(rows - mean, recipe.WhitenedDimension)
            : PrincipalComponents.Balance(rows - mean, recipe.WhiteningExponent)).to(float32).contiguous();
        return new(
            new(kind, (int)directions.shape[1]), meanValues, directions.data<float>().ToArray());
    }

    /// <summary>Embeddings as the model gives them.</summary>
    public IReadOnlyList<float[]> Apply(IReadOnlyList<float[]> embeddings)
    {
        if (Whitening.Kind == ByolWhitening.None)
        {
            return embeddings;
        }
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = TensorRows.Of(embeddings) - tensor(Mean);
        var result = Directions is null ? rows : rows.mm(tensor(Directions, [Mean.Length, Whitening.Dimension]));
        return [.. TensorRows.Read(result)];
    }

    /// <summary>The encoder's weights, and these under the names that a model has them by.</summary>
    public NetworkWeights AddTo(NetworkWeights encoder) => new(
        [.. encoder.Specs, .. Whitening.Tensors(Mean.Length)],
        spec => spec.Name switch
        {
            EmbeddingWhitening.Mean => Mean,
            EmbeddingWhitening.Directions => Directions!,
            _ => encoder[spec.Name],
        });
}
