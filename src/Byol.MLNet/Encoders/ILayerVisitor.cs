namespace Byol.MLNet.Encoders;

/// <summary>
/// Makes something of an encoder's layers: the networks that are trained, or the graph that is saved. A kind of layer
/// that one of them does not know does not compile.
/// </summary>
/// <typeparam name="T">What a layer becomes.</typeparam>
internal interface ILayerVisitor<T>
{
    T Convolution(ConvolutionLayer layer);

    T BatchNorm(BatchNormLayer layer);

    T Relu(ReluLayer layer);

    T MaxPool(MaxPoolLayer layer);

    T Residual(ResidualLayer layer);

    /// <summary>Layers one after the other: what a layer that is made of others becomes.</summary>
    T Chain(IReadOnlyList<EncoderLayer> layers);
}
