namespace Byol.MLNet.Encoders;

/// <summary>
/// A layer of an encoder without its weights: what networks and ONNX graphs are both made from, and what model files
/// hold.
/// </summary>
internal abstract record EncoderLayer
{
    /// <summary>
    /// The layer's tensors in torchvision's state order (without num_batches_tracked, which nothing here reads).
    /// </summary>
    public virtual IEnumerable<TensorSpec> Tensors() => [];

    /// <summary>The names of the layer, where it has one, and of those inside it.</summary>
    public virtual IEnumerable<string> Names() => [];

    /// <summary>Channels that must reach the layer; null where any number may.</summary>
    public virtual int? InputChannels => null;

    /// <summary>Channels that leave the layer where this many reach it.</summary>
    public virtual int OutputChannels(int input) => input;

    /// <summary>Side of the pictures that leave the layer where they reach it with this one.</summary>
    public virtual int OutputSide(int side) => side;

    /// <summary>The chains of layers inside it.</summary>
    public virtual IEnumerable<IReadOnlyList<EncoderLayer>> Chains() => [];

    /// <summary>Describes the layer to a builder, which checks it.</summary>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public abstract void Describe(ByolEncoderBuilder encoder);

    public abstract T Accept<T>(ILayerVisitor<T> visitor);
}
