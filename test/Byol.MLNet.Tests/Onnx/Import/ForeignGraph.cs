using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>Puts an ONNX graph together as other programs write them, with random weights.</summary>
internal sealed class ForeignGraph
{
    private const string InputName = "input";

    private readonly GraphWriter _writer = new("main_graph");
    private readonly Random _random = new(1);
    private int _count;

    public ForeignGraph(int side = 32) => _writer.Input(InputName, TensorProto.Types.DataType.Float, 3, side, side);

    /// <summary>The value that the next node takes.</summary>
    public string Current { get; set; } = InputName;

    public int Channels { get; set; } = 3;

    /// <summary>The pooled features, where the output is another value.</summary>
    public string? Features { get; set; }

    public ForeignGraph Node(string operation, params AttributeProto[] attributes) =>
        Node(operation, [Current], attributes);

    public ForeignGraph Node(string operation, string[] inputs, params AttributeProto[] attributes)
    {
        Current = _writer.Node(operation, $"{operation}_{_count++}", inputs, attributes);
        return this;
    }

    /// <summary>An operation with a constant of the given shape.</summary>
    public ForeignGraph With(string operation, long[] shape, params float[] values) =>
        Node(operation, [Current, _writer.Constant($"constant_{_count}", shape, values)]);

    public ForeignGraph With(string operation, params long[] values) =>
        Node(operation, [Current, _writer.Constant($"constant_{_count}", [values.Length], values)]);

    /// <summary>A convolution; its attributes are in place of the usual ones.</summary>
    public ForeignGraph Conv(
        int output, int kernel, int stride = 1, bool bias = false, int groups = 1, params AttributeProto[] attributes)
    {
        var taps = Channels / groups * kernel * kernel;
        string[] weights = [Tensor([output, Channels / groups, kernel, kernel], Math.Sqrt(2.0 / taps))];
        string[] biases = bias ? [Tensor([output], 0.3)] : [];
        Channels = output;
        AttributeProto[] usual =
        [
            GraphWriter.Integers("kernel_shape", kernel, kernel),
            GraphWriter.Integers("strides", stride, stride),
            GraphWriter.Integers("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2),
            GraphWriter.Integer("group", groups),
        ];
        var others = usual.Where(attribute => attributes.All(given => given.Name != attribute.Name));
        return Node("Conv", [Current, .. weights, .. biases], [.. attributes, .. others]);
    }

    public ForeignGraph Norm(double epsilon = 1e-5) => Node(
        "BatchNormalization",
        [
            Current, Tensor([Channels], 0.2, around: 1), Tensor([Channels], 0.2), Tensor([Channels], 0.2),
            Tensor([Channels], 0.05, around: 0.5),
        ],
        GraphWriter.Number("epsilon", epsilon));

    public ForeignGraph Relu() => Node("Relu");

    public ForeignGraph MaxPool(int kernel = 3, int stride = 2) => Node(
        "MaxPool",
        GraphWriter.Integers("kernel_shape", kernel, kernel),
        GraphWriter.Integers("strides", stride, stride),
        GraphWriter.Integers("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));

    public ForeignGraph Sum(Action<ForeignGraph> branch, Action<ForeignGraph>? shortcut = null)
    {
        var (start, channels) = (Current, Channels);
        branch(this);
        var first = Current;
        (Current, Channels) = (start, channels);
        shortcut?.Invoke(this);
        return Node("Add", [first, Current]);
    }

    /// <summary>A mean over the picture, flattened.</summary>
    public ForeignGraph Pool()
    {
        Node("GlobalAveragePool").Node("Flatten");
        Features = Current;
        return this;
    }

    public ForeignGraph Gemm(int classes) => Node(
        "Gemm",
        [Current, Tensor([classes, Channels], 0.1), Tensor([classes], 0.1)],
        GraphWriter.Integer("transB", 1));

    /// <summary>torchvision's ResNet up to its last block.</summary>
    public ForeignGraph ResNet(int[] blocks, int channels, bool isBottleneck = false, bool isFolded = false)
    {
        Layer(channels, 7, 2).Relu().MaxPool();
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                Block(channels << stage, stage > 0 && block == 0 ? 2 : 1);
            }
        }
        return this;

        ForeignGraph Layer(int output, int kernel, int stride = 1) =>
            isFolded ? Conv(output, kernel, stride, bias: true) : Conv(output, kernel, stride).Norm();

        void Block(int middle, int stride)
        {
            var output = isBottleneck ? 4 * middle : middle;
            var isSame = stride == 1 && Channels == output;
            Sum(
                _ =>
                {
                    if (isBottleneck)
                    {
                        Layer(middle, 1).Relu();
                        Layer(middle, 3, stride).Relu();
                        Layer(output, 1);
                    }
                    else
                    {
                        Layer(middle, 3, stride).Relu();
                        Layer(output, 3);
                    }
                },
                isSame ? null : _ => Layer(output, 1, stride)).Relu();
        }
    }

    public ModelProto ToModel()
    {
        var model = _writer.ToModel("2.9", []);
        model.ProducerName = "pytorch";
        foreach (var name in new[] { Current, Features ?? Current }.Distinct())
        {
            model.Graph.Output.Add(new ValueInfoProto
            {
                Name = name,
                Type = new TypeProto
                {
                    TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float },
                },
            });
        }
        return model;
    }

    public string Save(TemporaryFolder folder, Action<ModelProto>? change = null)
    {
        var model = ToModel();
        change?.Invoke(model);
        File.WriteAllBytes(folder["foreign.onnx"], model.ToByteArray());
        return folder["foreign.onnx"];
    }

    public string Tensor(long[] shape, double deviation, double around = 0)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(around + deviation * (2 * _random.NextDouble() - 1));
        }
        return _writer.Constant($"tensor_{_count++}", shape, values);
    }
}
