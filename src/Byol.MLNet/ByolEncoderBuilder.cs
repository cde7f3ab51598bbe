using Byol.MLNet.Networks;

namespace Byol.MLNet;

/// <summary>
/// Is told an encoder's layers in their order, from a picture of three channels on. All weights start as a ResNet's do: convolutions
/// Kaiming normal, batch norm 1 and 0. The last layer's feature map is averaged over its pixels into the embedding.
/// </summary>
/// <remarks>Convolutions and pooling are padded so that stride 1 keeps the picture's side; stride s leaves a side of ⌈side / s⌉.</remarks>
public sealed class ByolEncoderBuilder
{
    private readonly List<EncoderLayer> _layers = [];
    private readonly HashSet<string> _names;
    private readonly string _prefix;
    private readonly int _input;
    private int _stride = 1;

    internal ByolEncoderBuilder(ByolStem stem, double width)
        : this(stem, width, [], "", channels: 3)
    {
    }

    private ByolEncoderBuilder(ByolStem stem, double width, HashSet<string> names, string prefix, int channels)
    {
        Stem = stem;
        Width = width;
        _names = names;
        _prefix = prefix;
        _input = channels;
    }

    /// <summary><see cref="ByolOptions.Stem"/>: how the built-in encoders begin. Another encoder may heed it or not.</summary>
    public ByolStem Stem { get; }

    /// <summary><see cref="ByolOptions.Width"/>, which <see cref="Channels"/> multiplies by.</summary>
    public double Width { get; }

    private int CurrentChannels => EncoderArchitecture.OutputChannels(_layers, _input);

    /// <summary>A number of channels times <see cref="Width"/>, rounded, and at least 1.</summary>
    /// <param name="atWidthOne">The number at width 1; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int Channels(int atWidthOne)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atWidthOne, 1);
        return Math.Max((int)Math.Round(atWidthOne * Width), 1);
    }

    /// <summary>A convolution without bias: N×C×H×W → N×output×⌈H / stride⌉×⌈W / stride⌉.</summary>
    /// <param name="name">Of the layer; its weight is stored as <c>name.weight</c>.</param>
    /// <param name="output">Output channels; a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernel">Side of the kernel in pixels; odd.</param>
    /// <param name="stride">Step in pixels; 1 or more.</param>
    /// <param name="groups">Parts that the channels are divided into, each convolved by itself; as many as there are channels makes a depthwise
    /// convolution.</param>
    /// <exception cref="ArgumentException">The name is empty or taken, or a number is out of range.</exception>
    public ByolEncoderBuilder Convolution(string name, int output, int kernel, int stride = 1, int groups = 1)
    {
        var full = Take(name);
        RequireWindow(kernel, stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(output, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        var input = CurrentChannels;
        if (input % groups != 0 || output % groups != 0)
        {
            throw new ArgumentException($"The convolution '{full}' has {input} input and {output} output channels; both must be multiples of its {groups} groups.");
        }
        _layers.Add(new ConvolutionLayer(full, input, output, kernel, stride, groups));
        _stride *= stride;
        return this;
    }

    /// <summary>Batch normalisation of each channel.</summary>
    /// <param name="name">Of the layer; its tensors are stored as <c>name.weight</c>, <c>name.bias</c>, <c>name.running_mean</c> and
    /// <c>name.running_var</c>.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public ByolEncoderBuilder BatchNorm(string name)
    {
        _layers.Add(new BatchNormLayer(Take(name), CurrentChannels));
        return this;
    }

    /// <summary>Negative values become 0.</summary>
    public ByolEncoderBuilder Relu()
    {
        _layers.Add(new ReluLayer());
        return this;
    }

    /// <summary>The largest value of each window: N×C×H×W → N×C×⌈H / stride⌉×⌈W / stride⌉.</summary>
    /// <param name="kernel">Side of the window in pixels; odd.</param>
    /// <param name="stride">Step in pixels; 1 or more.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public ByolEncoderBuilder MaxPool(int kernel, int stride)
    {
        RequireWindow(kernel, stride);
        _layers.Add(new MaxPoolLayer(kernel, stride));
        _stride *= stride;
        return this;
    }

    /// <summary>The sum of a branch and a shortcut around it.</summary>
    /// <param name="name">Put, with a dot, before the names of the layers in both.</param>
    /// <param name="branch">Tells the branch's layers.</param>
    /// <param name="shortcut">Tells the shortcut's layers; null passes the input on.</param>
    /// <exception cref="ArgumentException">The name is empty or taken, a branch without layers, or the two give different shapes.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="branch"/> is null.</exception>
    public ByolEncoderBuilder Residual(string name, Action<ByolEncoderBuilder> branch, Action<ByolEncoderBuilder>? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(branch);
        var full = Take(name);
        var inner = Inner(full);
        branch(inner);
        var around = Inner(full);
        shortcut?.Invoke(around);
        if (inner._layers.Count == 0)
        {
            throw new ArgumentException($"The branch of '{full}' has no layers.");
        }
        if ((inner.CurrentChannels, inner._stride) != (around.CurrentChannels, around._stride))
        {
            throw new ArgumentException(
                $"The branch of '{full}' gives {inner.CurrentChannels} channels at stride {inner._stride}, and its shortcut {around.CurrentChannels} at stride {around._stride}; they must be the same.");
        }
        _layers.Add(new ResidualLayer(full, inner._layers, around._layers));
        _stride *= inner._stride;
        return this;
    }

    internal void Append(IEnumerable<EncoderLayer> layers) => _layers.AddRange(layers);

    /// <exception cref="ArgumentException">There are no layers.</exception>
    internal IReadOnlyList<EncoderLayer> Build() =>
        _layers.Any(layer => layer is ConvolutionLayer or ResidualLayer) ? _layers : throw new ArgumentException("The encoder has no convolution.");

    private ByolEncoderBuilder Inner(string name) => new(Stem, Width, _names, $"{name}.", CurrentChannels);

    private string Take(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var full = _prefix + name;
        return _names.Add(full) ? full : throw new ArgumentException($"Two layers of the encoder are named '{full}'.", nameof(name));
    }

    private static void RequireWindow(int kernel, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (kernel % 2 == 0)
        {
            throw new ArgumentException($"The kernel's side is {kernel}; it must be odd.", nameof(kernel));
        }
    }
}
