namespace Byol.MLNet.Encoders;

/// <summary>The largest value of each window, padded so that stride 1 keeps the side.</summary>
internal sealed record MaxPoolLayer(int Kernel, int Stride) : EncoderLayer
{
    public override int OutputSide(int side) => EncoderArchitecture.OutputSide(side, Stride);

    public override void Describe(ByolEncoderBuilder encoder) => encoder.MaxPool(Kernel, Stride);

    public override T Accept<T>(ILayerVisitor<T> visitor) => visitor.MaxPool(this);
}
