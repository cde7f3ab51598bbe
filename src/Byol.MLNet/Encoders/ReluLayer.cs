namespace Byol.MLNet.Encoders;

/// <summary>Negative values become 0.</summary>
internal sealed record ReluLayer : EncoderLayer
{
    public override void Describe(ByolEncoderBuilder encoder) => encoder.Relu();

    public override T Accept<T>(ILayerVisitor<T> visitor) => visitor.Relu(this);
}
