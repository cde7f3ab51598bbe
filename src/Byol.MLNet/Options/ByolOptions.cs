using System.ComponentModel.DataAnnotations;
using Microsoft.ML;

namespace Byol.MLNet;

/// <summary>
/// What a pretraining run can be told: its recipe, its images, its length, and what it reports and keeps.
/// <c>new ByolOptions()</c> is what works for most images. All properties can be set; values are checked all at once
/// when a fit starts.
/// </summary>
/// <example>
/// <!-- quote: src/Byol.Samples/Photographs.cs#options -->
/// <code>
/// var options = new ByolOptions
/// {
///     Recipe = ByolRecipe.Taught,                                                  // by the ImageNet network
///     PretrainingData = mlContext.Data.LoadFromEnumerable(Photo.In("all")),        // many more, without labels
///     MaxTrainingTime = TimeSpan.FromMinutes(20),
/// };
/// </code>
/// </example>
public sealed partial class ByolOptions : ByolEmbeddingOptions
{
    /// <summary>
    /// What the result depends on. Null chooses: <see cref="ByolRecipe.Taught"/> where the ImageNet network is beside
    /// the program (<see cref="ByolWeights.ImageNetResNet18"/>), else <see cref="ByolRecipe.FastPhotographs"/> where
    /// the median short side of the first 256 images is 96 px or more, else <see cref="ByolRecipe.Fast"/>.
    /// </summary>
    /// <value>The default value is null.</value>
    public ByolRecipe? Recipe { get; set; }

    /// <summary>
    /// Passes over the training images; null takes the recipe's number. <see cref="MaxTrainingTime"/> replaces it.
    /// </summary>
    /// <value>The default value is null. Range: 1 to 100000.</value>
    [Range(1, 100_000)]
    public int? Epochs { get; set; }

    /// <summary>
    /// Time that training takes, from the first step to the last scoring and checkpoint; reading images comes before.
    /// After each step the steps that are left are estimated anew, so that the run ends in time, and the schedules of
    /// learning rate and τ with it, also where the machine's speed changes; <see cref="Epochs"/> then does not count,
    /// and another run has another number of steps. At least one step is taken; a run is longer by a tenth at most, or
    /// by one step where that takes more. A teacher looks at the images for half of the time at most, but at a step's
    /// images in any case. Of a resumed run all parts count together. Null trains for
    /// <see cref="Epochs"/>.
    /// </summary>
    /// <value>The default value is null. Range: above 0.</value>
    public TimeSpan? MaxTrainingTime { get; set; }

    /// <summary>
    /// Images to pretrain on, with the same input column; null pretrains on the rows given to <c>Fit</c>.
    /// </summary>
    /// <remarks>The usual case: many unlabelled images here, few labelled ones in <c>Fit</c>.</remarks>
    /// <value>The default value is null.</value>
    public IDataView? PretrainingData { get; set; }

    /// <summary>
    /// At most this many images, drawn at random by <see cref="Seed"/> over all rows; null takes all.
    /// </summary>
    /// <value>The default value is null. Range: 2 or more.</value>
    [Range(2, int.MaxValue)]
    public int? MaxImages { get; set; }

    /// <summary>
    /// Seed of weights, order and augmentation. In <see cref="ByolPrecision.Float32"/>, on one kind of processor and as
    /// many threads of libtorch, the same seed gives the same encoder, bit for bit.
    /// </summary>
    /// <remarks>Null uses the MLContext's seed, or a random one where that has none.</remarks>
    /// <value>The default value is null.</value>
    public int? Seed { get; set; }

    /// <summary>
    /// Weights that the encoder starts from. Tensors are found by the names of torchvision, timm or lightly, with
    /// prefixes such as <c>module.</c> or <c>backbone.</c>; backbone, stem and width must be the recipe's, or the
    /// recipe's backbone <see cref="ByolBackbone.OfStart"/>, which takes an ONNX file's own. Null starts from random
    /// weights, or where the recipe says: from the ImageNet network for <see cref="ByolBackbone.OfStart"/>, from the
    /// teacher for <see cref="ByolTeachingRecipe.StartsFromTeacher"/>.
    /// </summary>
    /// <value>The default value is null.</value>
    public ByolWeights? Start { get; set; }

    /// <summary>The network that the encoder learns from (<see cref="ByolPretrainingMethod.Taught"/>).</summary>
    /// <value>The default value is <see cref="ByolWeights.ImageNetResNet18"/>.</value>
    [Required]
    public ByolWeights Teacher { get; set; } = ByolWeights.ImageNetResNet18;

    /// <summary>Bytes of decoded training images that a fit keeps in memory; more go to a temporary file that is mapped
    /// into memory, under the system's folder for temporary files.</summary>
    /// <value>The default value is 4 GiB. Range: 0 or more.</value>
    [Range(0.0, long.MaxValue)]
    public long ImageMemoryBytes { get; set; } = 4L << 30;

    /// <summary>Of several processes the first reports.</summary>
    internal void LeaveReportsToTheFirst() =>
        (Progress, Activity, ProgressFile, TensorBoardDirectory, UnreadableImages) = (null, null, null, null, null);

    internal ByolOptions Clone() => (ByolOptions)MemberwiseClone();
}
