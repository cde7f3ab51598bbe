namespace Byol.MLNet.Encoders;

/// <summary>A convolution without bias, padded so that stride 1 keeps the side.</summary>
internal sealed record ConvolutionLayer(
    string Name, int Input, int Output, int Kernel, int Stride, int Groups) : EncoderLayer
{
    public override int? InputChannels => Input;

    public override IEnumerable<TensorSpec> Tensors() => [TensorSpec.Convolution(Name, Output, Input / Groups, Kernel)];

    public override IEnumerable<string> Names() => [Name];

    public override int OutputChannels(int input) => Output;

    public override int OutputSide(int side) => EncoderArchitecture.OutputSide(side, Stride);

    public override void Describe(ByolEncoderBuilder encoder) =>
        encoder.Convolution(encoder.Local(Name), Output, Kernel, Stride, Groups);

    public override T Accept<T>(ILayerVisitor<T> visitor) => visitor.Convolution(this);

    /// <summary>Whether fewer multiplications are needed where a 3×3 kernel leaves out its taps on the padding: on
    /// pictures smaller than the kernel.</summary>
    public bool MeetsPadding(int side) => Kernel == 3 && side < Kernel;
}
