using System.Text.Json.Serialization;

namespace Byol.MLNet.Encoders;

/// <summary>A layer of an encoder without its weights: what networks and ONNX graphs are both made from, and what model files hold.</summary>
[JsonDerivedType(typeof(ConvolutionLayer), "convolution")]
[JsonDerivedType(typeof(BatchNormLayer), "batchnorm")]
[JsonDerivedType(typeof(ReluLayer), "relu")]
[JsonDerivedType(typeof(MaxPoolLayer), "maxpool")]
[JsonDerivedType(typeof(ResidualLayer), "residual")]
internal abstract record EncoderLayer
{
    /// <summary>The layer's tensors in torchvision's state order (without num_batches_tracked, which nothing here reads).</summary>
    public virtual IEnumerable<TensorSpec> Tensors() => [];

    /// <summary>The names of layers, and of those inside them.</summary>
    public static IEnumerable<string> Names(IEnumerable<EncoderLayer> layers) => layers.SelectMany(layer => layer switch
    {
        ConvolutionLayer convolution => [convolution.Name],
        BatchNormLayer norm => [norm.Name],
        ResidualLayer residual => Names(residual.Branch.Concat(residual.Shortcut)).Prepend(residual.Name),
        _ => Enumerable.Empty<string>(),
    });

    /// <summary>Channels that leave the layer where this many reach it.</summary>
    public virtual int OutputChannels(int input) => input;
}

internal sealed record ConvolutionLayer(string Name, int Input, int Output, int Kernel, int Stride, int Groups) : EncoderLayer
{
    public override IEnumerable<TensorSpec> Tensors() => [TensorSpec.Convolution(Name, Output, Input / Groups, Kernel)];

    public override int OutputChannels(int input) => Output;
}

internal sealed record BatchNormLayer(string Name, int Channels) : EncoderLayer
{
    public override IEnumerable<TensorSpec> Tensors() => TensorSpec.BatchNorm(Name, Channels);
}

internal sealed record ReluLayer : EncoderLayer;

internal sealed record MaxPoolLayer(int Kernel, int Stride) : EncoderLayer;

/// <summary>The sum of two chains of layers; an empty shortcut passes its input on.</summary>
internal sealed record ResidualLayer(string Name, IReadOnlyList<EncoderLayer> Branch, IReadOnlyList<EncoderLayer> Shortcut) : EncoderLayer
{
    public override IEnumerable<TensorSpec> Tensors() => Branch.Concat(Shortcut).SelectMany(layer => layer.Tensors());

    public override int OutputChannels(int input) => EncoderArchitecture.OutputChannels(Branch, input);
}
