using Byol.MLNet.Encoders;

namespace Byol.MLNet;

/// <summary>
/// Is told an encoder's layers in their order, from a picture of three channels on. All weights start as a ResNet's do:
/// convolutions Kaiming normal, batch norm 1 and 0. The last layer's feature map is averaged over its pixels into the
/// embedding.
/// </summary>
/// <remarks>Convolutions and pooling are padded so that stride 1 keeps the picture's side; stride s leaves a side of
/// ⌈side / s⌉.</remarks>
public sealed class ByolEncoderBuilder
{
    private const int MaximumLayers = 2048;
    private const int MaximumChannels = 65_536;

    // Pictures are of 512 px at most: this kernel covers one from any of its pixels, and this stride leaves one pixel
    // of it.
    private const int MaximumKernel = 1023;
    private const int MaximumStride = 512;

    private readonly List<EncoderLayer> _layers = [];
    private readonly HashSet<string> _names;
    private readonly string _prefix;
    private int _channels;
    private long _stride = 1;

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
        _channels = channels;
    }

    /// <summary>
    /// <see cref="ByolEncoderRecipe.Stem"/>: how the built-in encoders begin. Another encoder may heed it or not.
    /// </summary>
    public ByolStem Stem { get; }

    /// <summary><see cref="ByolEncoderRecipe.Width"/>, which <see cref="Channels"/> multiplies by.</summary>
    public double Width { get; }

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
    /// <param name="output">Output channels; 1 to 65,536, a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernel">Side of the kernel in pixels; odd, 1 to 1023.</param>
    /// <param name="stride">Step in pixels; 1 to 512.</param>
    /// <param name="groups">Parts that the channels are divided into, each convolved by itself; as many as there are
    /// channels makes a depthwise convolution.</param>
    /// <exception cref="ArgumentException">The name is empty or taken, or a number is out of range.</exception>
    public ByolEncoderBuilder Convolution(string name, int output, int kernel, int stride = 1, int groups = 1)
    {
        var full = Take(name);
        RequireWindow($"The convolution '{full}'", kernel, stride);
        if (output is < 1 or > MaximumChannels || groups < 1)
        {
            throw new ArgumentException(
                $"The convolution '{full}' has {output} output channels in {groups} groups; "
                + $"there must be 1 to {MaximumChannels}, in 1 group or more.");
        }
        if (_channels % groups != 0 || output % groups != 0)
        {
            throw new ArgumentException(
                $"The convolution '{full}' has {_channels} input and {output} output channels; "
                + $"both must be multiples of its {groups} groups.");
        }
        Add(new ConvolutionLayer(full, _channels, output, kernel, stride, groups));
        _channels = output;
        Shrink(stride);
        return this;
    }

    /// <summary>Batch normalisation of each channel.</summary>
    /// <param name="name">Of the layer; its tensors are stored as <c>name.weight</c>, <c>name.bias</c>,
    /// <c>name.running_mean</c> and
    /// <c>name.running_var</c>.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public ByolEncoderBuilder BatchNorm(string name)
    {
        Add(new BatchNormLayer(Take(name), _channels));
        return this;
    }

    /// <summary>Negative values become 0.</summary>
    public ByolEncoderBuilder Relu()
    {
        Add(new ReluLayer());
        return this;
    }

    /// <summary>The largest value of each window: N×C×H×W → N×C×⌈H / stride⌉×⌈W / stride⌉.</summary>
    /// <param name="kernel">Side of the window in pixels; odd, 1 to 1023.</param>
    /// <param name="stride">Step in pixels; 1 to 512.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public ByolEncoderBuilder MaxPool(int kernel, int stride)
    {
        RequireWindow("The pooling", kernel, stride);
        Add(new MaxPoolLayer(kernel, stride));
        Shrink(stride);
        return this;
    }

    /// <summary>The sum of a branch and a shortcut around it.</summary>
    /// <param name="name">Put, with a dot, before the names of the layers in both.</param>
    /// <param name="branch">Tells the branch's layers.</param>
    /// <param name="shortcut">Tells the shortcut's layers; null passes the input on.</param>
    /// <exception cref="ArgumentException">The name is empty or taken, a branch without layers, or the two give
    /// different shapes.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="branch"/> is null.</exception>
    public ByolEncoderBuilder Residual(
        string name, Action<ByolEncoderBuilder> branch, Action<ByolEncoderBuilder>? shortcut = null)
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
        if ((inner._channels, inner._stride) != (around._channels, around._stride))
        {
            throw new ArgumentException(
                $"The branch of '{full}' gives {inner._channels} channels at stride {inner._stride}, "
                + $"and its shortcut {around._channels} at stride {around._stride}; they must be the same.");
        }
        Add(new ResidualLayer(full, inner._layers, around._layers));
        _channels = inner._channels;
        Shrink(inner._stride);
        return this;
    }

    /// <summary>
    /// Adds layers that were settled before, such as a model file's, as if they were described once more.
    /// </summary>
    /// <exception cref="ArgumentException">They could not have been.</exception>
    internal void Append(IEnumerable<EncoderLayer?> layers)
    {
        foreach (var layer in layers)
        {
            if (layer is null)
            {
                throw new ArgumentException("A layer is missing.");
            }
            RequireReached(layer);
            layer.Describe(this);
        }
    }

    /// <summary>Adds a layer that is made of others, which are checked as if they stood in its place.</summary>
    /// <exception cref="ArgumentException">They do not fit.</exception>
    internal void Append(EncoderLayer layer, IReadOnlyList<EncoderLayer> parts)
    {
        var first = _layers.Count;
        Append(parts);
        _layers.RemoveRange(first, _layers.Count - first);
        Add(layer);
    }

    /// <exception cref="ArgumentException">There are no layers.</exception>
    internal IReadOnlyList<EncoderLayer> Build() =>
        _layers.Any(layer => layer.Tensors().Any(tensor => tensor.Shape.Length == 4))
            ? _layers
            : throw new ArgumentException("The encoder has no convolution.");

    private void RequireReached(EncoderLayer layer)
    {
        if (layer.InputChannels is { } channels && channels != _channels)
        {
            throw new ArgumentException(
                $"The layer '{layer.Names().First()}' is for {channels} channels, and {_channels} reach it.");
        }
    }

    private void Add(EncoderLayer layer)
    {
        if (_layers.Count == MaximumLayers)
        {
            throw new ArgumentException($"There are more than {MaximumLayers} layers.");
        }
        _layers.Add(layer);
    }

    // What is beyond one pixel of the largest picture makes no difference.
    private void Shrink(long stride) => _stride = Math.Min(_stride * stride, int.MaxValue);

    private ByolEncoderBuilder Inner(string name) => new(Stem, Width, _names, $"{name}.", _channels);

    /// <summary>A layer's name within the residual that it is in.</summary>
    internal string Local(string full) => full.StartsWith(_prefix, StringComparison.Ordinal)
        ? full[_prefix.Length..]
        : throw new ArgumentException($"The layer '{full}' is not named after the residual that it is in.");

    private string Take(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var full = _prefix + name;
        return _names.Add(full) ? full : throw new ArgumentException($"Two layers of the encoder are named '{full}'.");
    }

    private static void RequireWindow(string layer, int kernel, int stride)
    {
        if (kernel is < 1 or > MaximumKernel || stride is < 1 or > MaximumStride)
        {
            throw new ArgumentException(
                $"{layer} has a kernel of {kernel} px and a stride of {stride}; "
                + $"they must be 1 to {MaximumKernel} and 1 to {MaximumStride}.");
        }
        if (kernel % 2 == 0)
        {
            throw new ArgumentException($"{layer}: the kernel's side is {kernel}; it must be odd.");
        }
    }
}
