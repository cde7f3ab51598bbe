using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using Byol.MLNet.Options;

namespace Byol.MLNet;

/// <summary>
/// A network that was trained before: to start from (<see cref="ByolOptions.Start"/>), to learn from
/// (<see cref="ByolOptions.Teacher"/>) or to embed with as it is. Its file is read when it is used.
/// </summary>
/// <param name="Path">
/// An ONNX file (a model of this library, or another program's ResNet-like network), safetensors, or what torch.save
/// writes. Nothing in it is run, but for a teacher that is no network of this library's kind of layers, which ONNX
/// Runtime runs.
/// </param>
/// <remarks>
/// A model of this library knows what pictures it takes: where a property says anything else of it than its file, it is
/// refused when it is read. Of any other file a property goes before what the file says. Two are equal where their
/// paths and all values are.
/// </remarks>
public sealed record ByolWeights([property: Required] string Path)
{
    private const string ImageNetName = "imagenet";
    private const string PackageFile = "DnnImageModels/ResNet18Onnx/ResNet18.onnx";

    /// <summary>
    /// The ImageNet network that the package Microsoft.ML.DnnImageFeaturizer.ResNet18 puts beside the program: a ResNet
    /// of (2, 2, 2, 3) blocks, 512 dimensions, made for 224 px.
    /// </summary>
    public static ByolWeights ImageNetResNet18 { get; } =
        new(System.IO.Path.Combine(AppContext.BaseDirectory, PackageFile))
        {
            ChannelOrder = ByolChannelOrder.Bgr,
            ImageSize = 224,
            // The channel means of the package's mean image, of bytes, which it does not scale.
            Mean = [123.15f / 255, 115.90f / 255, 103.06f / 255],
            StandardDeviation = [1 / 255f, 1 / 255f, 1 / 255f],
        };

    /// <summary>The order in which the network takes channels.</summary>
    /// <value>The default value is <see cref="ByolChannelOrder.Rgb"/>.</value>
    public ByolChannelOrder ChannelOrder { get; init; } = ByolChannelOrder.Rgb;

    /// <summary>Side in pixels of the pictures that the network was made for; null is what the file says, else
    /// 224.</summary>
    /// <value>The default value is null. Range: 8 to 512.</value>
    [Range(8, 512)]
    public int? ImageSize { get; init; }

    /// <summary>
    /// The mean of red, green and blue that the network's input is normalised with, of values from 0 to 1; null is what
    /// the file says, else ImageNet's (0.485, 0.456, 0.406).
    /// </summary>
    /// <value>The default value is null; otherwise three values.</value>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>
    /// The standard deviation of red, green and blue that the network's input is normalised with, of values from 0 to
    /// 1; null is what the file says, else ImageNet's (0.229, 0.224, 0.225).
    /// </summary>
    /// <value>The default value is null; otherwise three values. Range: above 0.</value>
    public IReadOnlyList<float>? StandardDeviation { get; init; }

    /// <summary>Whether the file is there.</summary>
    public bool Exists => File.Exists(Path);

    /// <summary>The weights in a file; <see cref="ImageNetResNet18"/> of <c>imagenet</c>; null of null.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    public static implicit operator ByolWeights?(string? path) => path switch
    {
        null => null,
        _ when path.Equals(ImageNetName, StringComparison.OrdinalIgnoreCase) => ImageNetResNet18,
        _ => new(path),
    };

    /// <summary><c>imagenet</c>, or the file.</summary>
    public override string ToString() => IsImageNet ? ImageNetName : Path;

    /// <summary>Whether path and values are the same.</summary>
    public bool Equals(ByolWeights? other) => other is not null
        && (Path, ChannelOrder, ImageSize) == (other.Path, other.ChannelOrder, other.ImageSize)
        && Same(Mean, other.Mean)
        && Same(StandardDeviation, other.StandardDeviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Path, ChannelOrder, ImageSize);

    /// <summary>Whether the file is the ImageNet network's, whatever is said of it.</summary>
    internal bool IsImageNet => Path == ImageNetResNet18.Path;

    /// <exception cref="ArgumentException">One or more values are out of range.</exception>
    internal void Validate() => OptionsValidator.Validate(this);

    /// <exception cref="FileNotFoundException">There is no such file; the message says what to do.</exception>
    internal void RequireFile()
    {
        if (!Exists)
        {
            throw new FileNotFoundException(
                IsImageNet
                    ? "The ImageNet network is not beside the program; reference the package "
                        + "Microsoft.ML.DnnImageFeaturizer.ResNet18, which copies it there."
                    : $"The weight file '{Path}' does not exist.",
                Path);
        }
    }

    private static bool Same(IReadOnlyList<float>? one, IReadOnlyList<float>? other) =>
        one is null || other is null ? one == other : one.SequenceEqual(other);
}
