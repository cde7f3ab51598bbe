using Byol.MLNet.Encoders;

namespace Byol.MLNet.Onnx;

/// <summary>What a model does to its encoder's output: a mean is subtracted, and directions are taken.</summary>
/// <param name="Kind">Nothing, the mean alone, or both.</param>
/// <param name="Dimension">Values that come out.</param>
internal sealed record EmbeddingWhitening(ByolWhitening Kind, int Dimension)
{
    /// <summary>Name of the mean's tensor: D values.</summary>
    public const string Mean = "whitening.mean";

    /// <summary>Name of the directions' tensor: D×d, each scaled to the variance that it is to have.</summary>
    public const string Directions = "whitening.directions";

    /// <summary>Whether directions are taken.</summary>
    public bool HasDirections => Kind is ByolWhitening.Pca or ByolWhitening.Zca;

    /// <summary>Whether a tensor is one of those that it needs.</summary>
    public static bool Has(TensorSpec spec) => spec.Name is Mean or Directions;

    /// <summary>The tensors that it needs for an encoder of so many values.</summary>
    public IEnumerable<TensorSpec> Tensors(int values)
    {
        if (Kind != ByolWhitening.None)
        {
            yield return new TensorSpec(Mean, [values], TensorRole.Bias);
        }
        if (HasDirections)
        {
            yield return new TensorSpec(Directions, [values, Dimension], TensorRole.Weight);
        }
    }
}
