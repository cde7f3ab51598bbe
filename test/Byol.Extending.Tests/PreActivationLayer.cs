using Byol.MLNet;
using Byol.MLNet.Encoders;

namespace Byol.Extending.Tests;

/// <summary>A toy layer, made of others: batch norm, ReLU and a convolution, in this order (He et al. 2016).</summary>
internal sealed record PreActivationLayer(string Name, int Channels) : EncoderLayer
{
    private IReadOnlyList<EncoderLayer> Parts =>
    [
        new BatchNormLayer($"{Name}.bn", Channels),
        new ReluLayer(),
        new ConvolutionLayer($"{Name}.conv", Channels, Channels, Kernel: 3, Stride: 1, Groups: 1),
    ];

    public override int? InputChannels => Channels;

    public override IEnumerable<TensorSpec> Tensors() => Parts.SelectMany(part => part.Tensors());

    public override IEnumerable<string> Names() => Parts.SelectMany(part => part.Names());

    public override void Describe(ByolEncoderBuilder encoder) => encoder.Append(this, Parts);

    public override T Accept<T>(ILayerVisitor<T> visitor) => visitor.Chain(Parts);
}
