namespace Byol.MLNet.Encoders;

/// <summary>Batch normalisation of each channel.</summary>
internal sealed record BatchNormLayer(string Name, int Channels) : EncoderLayer
{
    /// <summary>Added to the variance; PyTorch's default.</summary>
    public const double Epsilon = 1e-5;

    public override int? InputChannels => Channels;

    public override IEnumerable<TensorSpec> Tensors() => TensorSpec.BatchNorm(Name, Channels);

    public override IEnumerable<string> Names() => [Name];

    public override void Describe(ByolEncoderBuilder encoder) => encoder.BatchNorm(encoder.Local(Name));

    public override T Accept<T>(ILayerVisitor<T> visitor) => visitor.BatchNorm(this);
}
