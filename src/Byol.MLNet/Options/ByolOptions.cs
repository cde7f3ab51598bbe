using System.ComponentModel.DataAnnotations;
using Byol.MLNet.Options;
using Microsoft.ML;

namespace Byol.MLNet;

/// <summary>
/// Everything that a BYOL pretraining run can be told. <c>new ByolOptions()</c> equals <see cref="Walkthrough"/>;
/// an estimator without options takes <see cref="Fast"/>.
/// All properties can be set, so that a parameter sweep can drive them; values are checked all at once when a fit starts.
/// </summary>
public sealed partial class ByolOptions
{
    /// <summary>Name of the recipe, stored with the model. It changes nothing else.</summary>
    /// <value>The default value is <c>walkthrough</c>.</value>
    [Required]
    public string Recipe { get; set; } = "walkthrough";

    /// <summary>Images to pretrain on, with the same input column; null pretrains on the rows given to <c>Fit</c>.</summary>
    /// <remarks>The usual case: many unlabelled images here, few labelled ones in <c>Fit</c>.</remarks>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public IDataView? PretrainingData { get; set; }

    /// <summary>At most this many images, drawn at random by <see cref="Seed"/> over all rows; null takes all.</summary>
    /// <value>The default value is null. Range: 2 or more.</value>
    [Range(2, int.MaxValue)]
    public int? MaxImages { get; set; }

    /// <summary>Fraction of the images held out of training, whose loss and feature variance are reported each epoch.</summary>
    /// <value>The default value is 0.2. Range: 0 to 0.9.</value>
    [Range(0.0, 0.9)]
    public double ValidationFraction { get; set; } = 0.2;

    /// <summary>Seed of weights, order and augmentation; null uses the MLContext's seed, or a random one where that has
    /// none. In <see cref="ByolPrecision.Float32"/>, on one kind of processor and as many threads of libtorch, the same
    /// seed gives the same encoder, bit for bit.</summary>
    /// <value>The default value is null.</value>
    public int? Seed { get; set; }

    /// <summary>
    /// A file of ResNet weights that the encoder starts from: safetensors, or what torch.save writes, under the names of torchvision,
    /// timm or lightly, with prefixes such as <c>module.</c> or <c>backbone.</c>. Its backbone, stem and width must be these options'. Nothing in
    /// the file is run. Null starts from random weights.
    /// </summary>
    /// <value>The default value is null.</value>
    public string? InitialWeights { get; set; }

    /// <summary>Side S of the square pictures that the encoder sees, in pixels.</summary>
    /// <value>The default value is 32. Range: 8 to 512.</value>
    [Range(8, 512)]
    public int ImageSize { get; set; } = 32;

    /// <summary>Side K in pixels that images are stored at and crops are taken from; a multiple of <see cref="ImageSize"/>.
    /// Null chooses: S if the median short side of the first 256 images is at most 2S, else 4S.</summary>
    /// <value>The default value is null. Range: 8 to 2048.</value>
    [Range(8, 2048)]
    public int? StoredImageSize { get; set; }

    /// <summary>The encoder: a built-in ResNet, or the caller's own (<see cref="ByolBackbone.Define"/>).</summary>
    /// <value>The default value is <see cref="ByolBackbone.ResNet18"/>.</value>
    [Required]
    public ByolBackbone Backbone { get; set; } = ByolBackbone.ResNet18;

    /// <summary>How the ResNet begins.</summary>
    /// <value>The default value is <see cref="ByolStem.Standard"/>.</value>
    public ByolStem Stem { get; set; } = ByolStem.Standard;

    /// <summary>Factor on every layer's number of channels; the embedding has 512 × width dimensions (ResNet-50: 2048 × width).</summary>
    /// <value>The default value is 1. Range: 0.125 to 4.</value>
    [Range(0.125, 4.0)]
    public double Width { get; set; } = 1;

    /// <summary>Hidden size of the projector g (Grill et al. 2020, section 3.3).</summary>
    /// <value>The default value is 256. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int ProjectorHiddenSize { get; set; } = 256;

    /// <summary>Output size of projector and predictor.</summary>
    /// <value>The default value is 128. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int ProjectorOutputSize { get; set; } = 128;

    /// <summary>Hidden size of the predictor q.</summary>
    /// <value>The default value is 64. Range: 2 to 16384.</value>
    [Range(2, 16384)]
    public int PredictorHiddenSize { get; set; } = 64;

    /// <summary>Passes over the training images; <see cref="MaxTrainingTime"/> replaces it.</summary>
    /// <value>The default value is 10. Range: 1 to 100000.</value>
    [Range(1, 100_000)]
    [MayChangeOnResume]
    public int Epochs { get; set; } = 10;

    /// <summary>Images a batch; an epoch's last partial batch is dropped.</summary>
    /// <value>The default value is 256. Range: 2 to 65536.</value>
    [Range(2, 65_536)]
    public int BatchSize { get; set; } = 256;

    /// <summary>Batches whose gradients are averaged into one optimiser step (and one target update).</summary>
    /// <value>The default value is 1. Range: 1 to 1024.</value>
    [Range(1, 1024)]
    public int GradientAccumulation { get; set; } = 1;

    /// <summary>The optimiser.</summary>
    /// <value>The default value is <see cref="ByolOptimizer.Adam"/>.</value>
    public ByolOptimizer Optimizer { get; set; } = ByolOptimizer.Adam;

    /// <summary>Learning rate at its highest.</summary>
    /// <value>The default value is 0.002. Range: above 0 to 100.</value>
    [Range(0.0, 100.0, MinimumIsExclusive = true)]
    public double LearningRate { get; set; } = 2e-3;

    /// <summary>Whether <see cref="LearningRate"/> is for batches of 256, and is multiplied by <see cref="BatchSize"/>·<see cref="GradientAccumulation"/>/256
    /// (Grill et al. 2020, section 3.3).</summary>
    /// <value>The default value is false.</value>
    public bool ScaleLearningRate { get; set; }

    /// <summary>Whether the loss is the sum of its two directions (Grill et al. 2020, section 3.1) and not their mean. It doubles gradients;
    /// reports give the mean in either case.</summary>
    /// <value>The default value is false.</value>
    public bool SumLossDirections { get; set; }

    /// <summary>How the learning rate moves.</summary>
    /// <value>The default value is <see cref="ByolLearningRateSchedule.OneCycle"/>.</value>
    public ByolLearningRateSchedule LearningRateSchedule { get; set; } = ByolLearningRateSchedule.OneCycle;

    /// <summary>Fraction of the run in which the learning rate rises.</summary>
    /// <value>The default value is 0.25. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WarmupFraction { get; set; } = 0.25;

    /// <summary>One cycle starts at <see cref="LearningRate"/> divided by this.</summary>
    /// <value>The default value is 25. Range: 1 to 1e9.</value>
    [Range(1.0, 1e9)]
    public double StartDivisor { get; set; } = 25;

    /// <summary>One cycle ends at <see cref="LearningRate"/> divided by this.</summary>
    /// <value>The default value is 1e5. Range: 1 to 1e9.</value>
    [Range(1.0, 1e9)]
    public double EndDivisor { get; set; } = 1e5;

    /// <summary>Momentum of SGD and LARS, β1 of Adam.</summary>
    /// <value>The default value is 0.95. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Momentum { get; set; } = 0.95;

    /// <summary>Momentum at the learning rate's peak in a one-cycle run, cycled against the learning rate; null keeps it constant.</summary>
    /// <value>The default value is 0.85. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double? PeakMomentum { get; set; } = 0.85;

    /// <summary>β2 of Adam.</summary>
    /// <value>The default value is 0.999. Range: 0 to below 1.</value>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double Beta2 { get; set; } = 0.999;

    /// <summary>ε of Adam.</summary>
    /// <value>The default value is 1e-8. Range: above 0 to 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double Epsilon { get; set; } = 1e-8;

    /// <summary>η of <see cref="ByolOptimizer.Lars"/>: norm of a weight tensor's step before the learning rate, over that of the tensor.</summary>
    /// <value>The default value is 1e-3. Range: above 0 to 1.</value>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double TrustCoefficient { get; set; } = 1e-3;

    /// <summary>Weight decay of convolution and linear weights; biases and batch norm have none (Grill et al. 2020, section 3.3).</summary>
    /// <value>The default value is 0. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WeightDecay { get; set; }

    /// <summary>The predictor's learning rate is <see cref="LearningRate"/> times this.</summary>
    /// <value>The default value is 1. Range: 0 to 1000.</value>
    [Range(0.0, 1000.0)]
    public double PredictorLearningRateFactor { get; set; } = 1;

    /// <summary>Gradients are scaled down to this norm over all weights; 0 does not clip.</summary>
    /// <value>The default value is 1. Range: 0 to 1e6.</value>
    [Range(0.0, 1e6)]
    public double ClipNorm { get; set; } = 1;

    /// <summary>τ at the start: the share of itself that the target network keeps at a step (Grill et al. 2020, equation 1).</summary>
    /// <value>The default value is 0.996. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Tau { get; set; } = 0.996;

    /// <summary>How τ moves.</summary>
    /// <value>The default value is <see cref="ByolTauSchedule.Cosine"/>.</value>
    public ByolTauSchedule TauSchedule { get; set; } = ByolTauSchedule.Cosine;

    /// <summary>τ at the end of <see cref="ByolTauSchedule.Linear"/>.</summary>
    /// <value>The default value is 0.999. Range: 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TauEnd { get; set; } = 0.999;

    /// <summary>Steps over which <see cref="ByolTauSchedule.Linear"/> rises.</summary>
    /// <value>The default value is 1000. Range: 1 or more.</value>
    [Range(1, int.MaxValue)]
    public int TauSteps { get; set; } = 1000;

    /// <summary>Number format of the heavy arithmetic.</summary>
    /// <value>The default value is <see cref="ByolPrecision.Auto"/>.</value>
    public ByolPrecision Precision { get; set; } = ByolPrecision.Auto;

    /// <summary>Whether the embedding is divided by its Euclidean length, so that a dot product is a cosine.</summary>
    /// <value>The default value is false.</value>
    public bool NormalizeEmbedding { get; set; }

    /// <summary>What an unreadable image does.</summary>
    /// <value>The default value is <see cref="ByolUnreadableImage.Skip"/>.</value>
    [MayChangeOnResume]
    public ByolUnreadableImage OnUnreadableImage { get; set; } = ByolUnreadableImage.Skip;

    /// <summary>Receives each image that cannot be read, in training and wherever <see cref="ByolEmbeddingTransformer.Transform"/> gives NaN or throws,
    /// on the thread that reads; a row that is read again is reported again.</summary>
    /// <value>The default value is null.</value>
    [MayChangeOnResume]
    public IProgress<ByolUnreadableRow>? UnreadableImages { get; set; }

    /// <summary>The most pixels that an image file may have and be decoded: more are not read into memory. A JPEG above it is decoded at a
    /// half, a quarter or an eighth of its size, whose pixels then differ a little from those that a saved pipeline, which has no limit,
    /// would see; any other image above it is unreadable.</summary>
    /// <value>The default value is 64,000,000. Range: 4096 or more.</value>
    [Range(4096.0, long.MaxValue)]
    [MayChangeOnResume]
    public long MaxImagePixels { get; set; } = 64_000_000;

    /// <summary>Bytes of decoded training images that a fit keeps in memory; more go to a temporary file that is mapped into memory,
    /// under the system's folder for temporary files.</summary>
    /// <value>The default value is 4 GiB. Range: 0 or more.</value>
    [Range(0.0, long.MaxValue)]
    [MayChangeOnResume]
    public long ImageMemoryBytes { get; set; } = 4L << 30;

    /// <summary>Bytes of embeddings that a transformer remembers, so that a trainer's later passes read memory.</summary>
    /// <value>The default value is 1 GiB. Range: 0 or more.</value>
    [Range(0.0, long.MaxValue)]
    [MayChangeOnResume]
    public long EmbeddingMemoryBytes { get; set; } = 1L << 30;

    /// <summary>False leaves the predictor out, which collapses (Grill et al. 2020, table 5b): for the test of the collapse check.</summary>
    internal bool HasPredictor { get; set; } = true;

    /// <summary>Checks all values at once; a fit does so too.</summary>
    /// <exception cref="ArgumentException">One or more values are out of range; a line for each names the property, its value and the range.</exception>
    public void Validate() => OptionsValidator.Validate(this);

    internal ByolOptions Clone() => (ByolOptions)MemberwiseClone();
}
