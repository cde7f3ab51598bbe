using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx.Import;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>
/// A teacher of this library's kinds of layers: it runs as the student does, on pictures of any size.
/// </summary>
internal sealed class EncoderTeacher : ITeacher
{
    private const string Name = "teacher";

    private readonly NetworkParameters _parameters;
    private readonly Encoder _encoder;

    public EncoderTeacher(ImportedEncoder network, int side, ScalarType compute, Device device)
    {
        var architecture = new EncoderArchitecture(network.Backbone, network.Stem, network.Width).For(side);
        TensorSpec[] specs = [.. TensorSpec.Under(Name, architecture.Tensors())];
        _parameters = new NetworkParameters(specs, _ => 0, compute, device, trainable: false);
        _parameters.LoadUnder(Name, network.Weights);
        _encoder = new Encoder(architecture, side, _parameters, Name);
    }

    public Tensor Look(Tensor images)
    {
        using var _ = no_grad();
        return _encoder.Embed(images.to(_parameters.Compute)).to(float32);
    }

    public void Dispose() => _parameters.Dispose();
}
