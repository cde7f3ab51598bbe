namespace Byol.MLNet.Encoders;

/// <summary>The sum of two chains of layers; an empty shortcut passes its input on.</summary>
internal sealed record ResidualLayer(
    string Name, IReadOnlyList<EncoderLayer> Branch, IReadOnlyList<EncoderLayer> Shortcut) : EncoderLayer
{
    public override IEnumerable<TensorSpec> Tensors() => Branch.Concat(Shortcut).SelectMany(layer => layer.Tensors());

    public override IEnumerable<string> Names() =>
        Branch.Concat(Shortcut).SelectMany(layer => layer.Names()).Prepend(Name);

    public override int OutputChannels(int input) => EncoderArchitecture.OutputChannels(Branch, input);

    public override int OutputSide(int side) => Branch.Aggregate(side, (size, layer) => layer.OutputSide(size));

    public override IEnumerable<IReadOnlyList<EncoderLayer>> Chains() => [Branch, Shortcut];

    public override void Describe(ByolEncoderBuilder encoder) => encoder.Residual(
        encoder.Local(Name), branch => branch.Append(Branch), shortcut => shortcut.Append(Shortcut));

    public override T Accept<T>(ILayerVisitor<T> visitor) => visitor.Residual(this);
}
