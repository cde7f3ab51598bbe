using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx.Format;
using Google.Protobuf;
using DataType = Byol.MLNet.Onnx.Format.TensorProto.Types.DataType;

namespace Byol.MLNet.Onnx;

/// <summary>
/// Writes what makes a graph's convolutions int8: values between layers are rounded to 8 bits by a scale and a zero
/// point, and kernels, with batch norm folded in, to 7 bits by a scale for each output channel (Jacob et al. 2018,
/// sections 2.1 and 3.2). Weights stay in the file as fp32, under their names; the runtime folds and rounds them once,
/// when it loads the model.
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="weights">The bytes of each tensor.</param>
internal sealed class QuantizedNodes(GraphWriter graph, Func<TensorSpec, ByteString> weights)
{
    /// <summary>The largest number of an activation.</summary>
    public const int Levels = 255;

    // 7 bits: processors without VNNI add two products of 8 bits in 16, which may overflow.
    private const int KernelLevels = 63;
    private const string Root = "int8";

    // A bias has 32 bits; half of its range is kept for what is added to it.
    private const float BiasLevels = 1 << 30;
    private const float LeastStep = 1e-12f;

    private readonly Dictionary<string, (string Scale, string Zero)> _rounding = [];
    private readonly HashSet<string> _shared = [];

    /// <summary>The values that are rounded, by their names.</summary>
    public List<string> Values { get; } = [];

    /// <summary>Name of the tensor that holds a value's scale: one number.</summary>
    public static string Scale(string value) => $"/{Root}{value}.scale";

    /// <summary>Name of the tensor that holds a value's zero point: one number from 0 to 255.</summary>
    public static string Zero(string value) => $"/{Root}{value}.zero";

    /// <summary>Whether a number can be that tensor's.</summary>
    public static bool IsPossible(TensorSpec spec, float number) =>
        spec.Name.EndsWith(".scale", StringComparison.Ordinal)
            ? number > 0
            : number is >= 0 and <= Levels && float.IsInteger(number);

    /// <summary>Rounds a value; what it is from then on.</summary>
    /// <param name="value">The value.</param>
    /// <param name="like">A rounded one that it is rounded as, since it holds no others; null is by its own
    /// range.</param>
    public string Round(string value, string? like = null)
    {
        if (like is null || !_rounding.TryGetValue(like, out var rounding))
        {
            Values.Add(value);
            rounding = (Number(Scale(value)), Cast(value, "zero_point", Number(Zero(value)), DataType.Uint8));
        }
        var rounded = Node("QuantizeLinear", value, "rounded", [value, rounding.Scale, rounding.Zero]);
        var restored = Node("DequantizeLinear", value, "restored", [rounded, rounding.Scale, rounding.Zero]);
        _rounding[restored] = rounding;
        return restored;
    }

    /// <summary>A kernel with the batch norm behind it, and the bias that they have together.</summary>
    public (string Kernel, string Bias) Fold(string value, string kernel, BatchNormLayer norm)
    {
        var epsilon = Shared("epsilon", (float)BatchNormLayer.Epsilon);
        var variance = Node("Add", value, "variance", [$"{norm.Name}.running_var", epsilon]);
        var deviation = Node("Sqrt", value, "deviation", [variance]);
        var factor = Node("Div", value, "factor", [$"{norm.Name}.weight", deviation]);
        var factors = Node("Reshape", value, "factors", [factor, Shape("as_kernel", -1, 1, 1, 1)]);
        var folded = Node("Mul", value, "kernel", [kernel, factors]);
        var shifted = Node("Mul", value, "shifted", [$"{norm.Name}.running_mean", factor]);
        return (folded, Node("Sub", value, "bias", [$"{norm.Name}.bias", shifted]));
    }

    /// <summary>What a convolution takes: the rounded input, kernel and bias.</summary>
    public string[] Operands(string value, string input, string kernel, string? bias)
    {
        var largest = Node(
            "ReduceMax",
            value,
            "largest",
            [Node("Abs", value, "absolute", [kernel])],
            GraphWriter.Integers("axes", 1, 2, 3));
        var each = Node("Reshape", value, "largest_each", [largest, Shape("as_vector", -1)]);
        var step = Node("Div", value, "step", [each, Shared("levels", KernelLevels)]);
        string[] least = bias is null ? [] : [LeastFor(value, bias, input)];
        var scale = Node("Max", value, "kernel_scale", [step, Shared("least_step", LeastStep), .. least]);
        var nothing = Node("Sub", value, "nothing", [scale, scale]);
        var zero = Cast(value, "kernel_zero", nothing, DataType.Int8);
        var channel = GraphWriter.Integer("axis", 0);
        var rounded = Node("QuantizeLinear", value, "kernel_rounded", [kernel, scale, zero], channel);
        var restored = Node("DequantizeLinear", value, "kernel_restored", [rounded, scale, zero], channel);
        if (bias is null)
        {
            return [input, restored];
        }
        // A sum of products has the product of their scales.
        var product = Node("Mul", value, "bias_scale", [scale, _rounding[input].Scale]);
        var whole = Node("Round", value, "bias_whole", [Node("Div", value, "bias_steps", [bias, product])]);
        var integers = Cast(value, "bias_rounded", whole, DataType.Int32);
        return [input, restored, Node("DequantizeLinear", value, "bias_restored", [integers, product], channel)];
    }

    // A kernel of next to nothing beside its bias would need a step so small that the bias has too many of them.
    private string LeastFor(string value, string bias, string input)
    {
        var range = Node("Mul", value, "bias_range", [_rounding[input].Scale, Shared("bias_levels", BiasLevels)]);
        return Node("Div", value, "least_step", [Node("Abs", value, "bias_size", [bias]), range]);
    }

    // What all layers share is written once, where one needs it.
    private string Shared(string name, float number)
    {
        name = $"/{Root}.{name}";
        return _shared.Add(name) ? graph.Constant(name, [], number) : name;
    }

    private string Shape(string name, params long[] sides)
    {
        name = $"/{Root}.{name}";
        return _shared.Add(name) ? graph.Constant(name, [sides.Length], sides) : name;
    }

    private string Number(string name)
    {
        graph.Weight(name, [], weights(new TensorSpec(name, [], TensorRole.Weight)));
        return name;
    }

    private string Cast(string value, string name, string input, DataType type) =>
        Node("Cast", value, name, [input], GraphWriter.Integer("to", (int)type));

    // No layer's value begins so.
    private string Node(
        string operation, string value, string name, string[] inputs, params AttributeProto[] attributes) =>
        graph.Node(operation, $"/{Root}{value}.{name}", inputs, attributes);
}
