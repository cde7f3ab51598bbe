using Byol.MLNet.Collectives;
using Byol.MLNet.Embedding;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Pretraining.Probing;
using Byol.MLNet.Torch;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace Byol.MLNet;

/// <summary>
/// Pretrains an image encoder on unlabelled images by BYOL (Grill et al. 2020, arXiv 2006.07733) and freezes it.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>Yes; no where
/// it was made from a trained encoder.</description></item>
/// <item><term>Input column data type</term><description>Image (MLImage) or text (path of an image
/// file)</description></item>
/// <item><term>Output column data type</term><description>Known-sized vector of
/// <see cref="float"/></description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Byol.MLNet and TorchSharp's native package
/// to fit; Microsoft.ML.OnnxTransformer and Microsoft.ML.OnnxRuntime to use a saved pipeline</description></item>
/// </list>
/// Images are made square as <see cref="ByolEncoderRecipe.ResizeMode"/> says, and EXIF orientation is ignored, as
/// LoadImages does, in training and in use alike.
/// </remarks>
public sealed class ByolEmbeddingEstimator : IEstimator<ByolEmbeddingTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly string _output;
    private readonly string _input;
    private readonly ByolOptions? _options;
    private readonly EmbeddingSettings _settings;
    private readonly SharedEncoder? _encoder;

    internal ByolEmbeddingEstimator(
        TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ByolOptions options)
        : this(catalog, outputColumnName, inputColumnName, EmbeddingSettings.Default, encoder: null)
    {
        _options = options;
    }

    internal ByolEmbeddingEstimator(
        TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        EmbeddingSettings settings,
        SharedEncoder? encoder)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        _catalog = catalog;
        _output = outputColumnName;
        _input = inputColumnName ?? outputColumnName;
        _settings = settings;
        _encoder = encoder;
    }

    /// <summary>
    /// Trains on the input column (of <see cref="ByolOptions.PretrainingData"/> where that is given) and returns the
    /// frozen encoder; an estimator made from a trained encoder trains nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor
    /// text.</exception>
    /// <exception cref="ArgumentException">Options are out of range; the message names them all.</exception>
    /// <exception cref="InvalidOperationException">There are fewer readable images than a batch; libtorch cannot be
    /// loaded; the MLContext's GPU is not there, or ONNX Runtime cannot use it; memory, the GPU's included, does not
    /// suffice for a batch; another run uses the checkpoint folder, or its checkpoints are another run's. Or something
    /// failed after the first step, a caller's <see cref="ByolOptions.Progress"/> included: the message then names the
    /// file that the encoder is kept in, and the inner exception says what failed.</exception>
    /// <exception cref="FileNotFoundException">There is no file of initial weights where the options name
    /// one.</exception>
    /// <exception cref="InvalidDataException">The file of initial weights, or a checkpoint's tensors, cannot be
    /// used.</exception>
    /// <exception cref="IOException">The folder for checkpoints, the progress file or TensorBoard's folder cannot be
    /// written, which is found before images are read; or the images take more than
    /// <see cref="ByolOptions.ImageMemoryBytes"/>, and no temporary file can be written.</exception>
    /// <exception cref="ByolCollapseException">The encoder collapsed: on several checks in a row, or at the last
    /// step.</exception>
    /// <exception cref="ByolDivergenceException">The loss became infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled before its first step, when there is nothing
    /// to keep and nothing is written; or later, where <see cref="ByolOptions.OnCancellation"/> says that this is an
    /// error.</exception>
    public ByolEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Find(input.Schema, _input, "the rows given to Fit");
        if (_encoder is not null)
        {
            return new ByolEmbeddingTransformer(
                _catalog, _output, _input, input.Schema, _encoder, _settings, FitReport.None);
        }
        var options = _options!.Clone();
        options.Validate();
        // The program may change its current folder while the fit runs.
        options.CheckpointDirectory = string.IsNullOrEmpty(options.CheckpointDirectory)
            ? null
            : Path.GetFullPath(options.CheckpointDirectory);
        var collective = options.Collective ??= MpiCollective.Current.Value;
        if (collective.Rank > 0)
        {
            options.LeaveReportsToTheFirst();
        }
        var (encoder, report) = ProcessGroup.Run(
            collective, () => Train(input, options, collective), options.CancellationToken);
        return Transformer(input, encoder, options, report);
    }

    /// <summary>The schema with the embedding column added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor
    /// text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.FirstOrDefault(shape => shape.Name == _input);
        if (column.Name is null)
        {
            throw ImageColumn.Missing(_input);
        }
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar
            || !(column.ItemType is ImageDataViewType || ImageColumn.IsPath(column.ItemType)))
        {
            throw ImageColumn.WrongType(_input, ImageColumn.TypeOf(column));
        }
        // SchemaShape's columns can only be made by ML.NET: ExtractPixels makes the same one.
        return ImageColumn.IsPath(column.ItemType)
            ? _catalog.LoadImages(_output, "", _input)
                .Append(_catalog.ExtractPixels(_output))
                .GetOutputSchema(inputSchema)
            : _catalog.ExtractPixels(_output, _input).GetOutputSchema(inputSchema);
    }

    private ByolEmbeddingTransformer Transformer(
        IDataView input, FrozenEncoder encoder, ByolOptions options, FitReport report) =>
        new(
            _catalog, _output, _input, input.Schema, new SharedEncoder(_catalog, encoder),
            EmbeddingSettings.Of(options), report);

    private (FrozenEncoder Encoder, FitReport Report) Train(
        IDataView input, ByolOptions options, IByolCollective collective)
    {
        var images = options.PretrainingData ?? input;
        ImageColumn.Find(images.Schema, _input, nameof(options.PretrainingData));
        if (options.Probe is { } probed)
        {
            ImageColumn.Find(probed.Data.Schema, _input, nameof(options.Probe));
            TextColumn.Find(probed.Data.Schema, probed.LabelColumn, nameof(options.Probe));
        }
        options.CancellationToken.ThrowIfCancellationRequested();
        OutputPaths.RequireFile(nameof(options.ProgressFile), options.ProgressFile);
        OutputPaths.RequireFolder(nameof(options.TensorBoardDirectory), options.TensorBoardDirectory);
        var folder = options.CheckpointDirectory;
        using var folderLock = folder is { Length: > 0 } && collective.Rank == 0 ? CheckpointLock.Take(folder) : null;
        TorchRuntime.EnsureLoaded();
        var environment = new MLNetEnvironment(_catalog);
        var device = TorchRuntime.ChooseDevice(environment.GpuDeviceId, environment.FallbackToCpu);
        using var channel = environment.StartLog(nameof(ByolEmbeddingEstimator));
        ITrainingLog log = collective.Rank == 0 ? channel : SilentLog.Instance;
        var resumed = StartingPoint.FindCheckpoint(options, collective, log);
        collective.RequireSame(resumed?.Manifest.Step ?? 0, "the checkpoint's step");
        var seed = collective.OfFirst(
            options.Seed ?? resumed?.Manifest.Seed ?? environment.Seed ?? Random.Shared.Next());
        var shortSide = ImageColumn.MedianShortSide(images, _input);
        var start = StartingEncoder.Of(
            options,
            RecipeChoice.Of(options, shortSide),
            log,
            resumed is not null && RunIdentity.NeedsNoStart(resumed.Manifest));
        var recipe = start.Recipe;
        collective.RequireParts(recipe.BatchSize);
        start = recipe.Method == ByolPretrainingMethod.Taught ? start with { PictureSide = shortSide.Value } : start;

        using var frontEnd = new FrontEnd(
            _catalog,
            ImageStoreLoader.ChooseSide(recipe.Encoder, shortSide, hasTeacher: start.Teacher is not null),
            recipe.Encoder.ResizeMode);
        var metadata = new EncoderMetadata(
            recipe, frontEnd.Side, start.Normalization, seed, LibraryVersion.Current);
        Rehearse(input, metadata, options);
        var probe = options.Probe is null
            ? null
            : OnlineProbe.Load(
                options.Probe,
                _input,
                frontEnd,
                recipe.Encoder.EmbeddedSize,
                start.Normalization,
                options.MaxImagePixels,
                options.Activity,
                options.CancellationToken);
        using var loaded = ImageStoreLoader.Load(images, _input, Loading(options), seed, frontEnd);
        collective.RequireSame(loaded.Store.Count, "the number of images");
        LoadingLog.Write(loaded, options.ImageMemoryBytes, log);
        var trainer = new Pretrainer(options, recipe, seed, device, log);
        var outcome = KeepingTheEncoder(
            metadata, folder, collective.Rank == 0, () => trainer.Train(loaded.Store, start, resumed, probe));
        return (
            FrozenEncoder.Freeze(metadata with { Whitening = outcome.Encoder.Whitening }, outcome.Encoder.Weights),
            new FitReport(
                outcome.History, loaded.Unreadable, resumed?.Manifest.Step, outcome.IsCancelled, outcome.Verdict));
    }

    private static TrainingOutcome KeepingTheEncoder(
        EncoderMetadata metadata, string? folder, bool keeps, Func<TrainingOutcome> train)
    {
        try
        {
            return train();
        }
        catch (InterruptedTrainingException interrupted) when (keeps)
        {
            var encoder = FrozenEncoder.Freeze(metadata, interrupted.Encoder);
            throw KeptEncoder.After(interrupted.Progress, interrupted.InnerException!, encoder, folder);
        }
    }

    private static ImageLoading Loading(ByolOptions options) => new(
        options.MaxImages,
        options.MaxImagePixels,
        options.ImageMemoryBytes,
        options.OnUnreadableImage,
        options.UnreadableImages,
        options.Activity,
        options.CancellationToken);

    // With the untrained encoder: what it cannot be made into, or a GPU that only training can use, is found before
    // hours of training.
    private void Rehearse(IDataView input, EncoderMetadata metadata, ByolOptions options)
    {
        var weights = WeightInitializer.Create(metadata.Architecture.Tensors(), metadata.InitializationSeed);
        var untrained = FrozenEncoder.Freeze(metadata, weights);
        using var transformer = Transformer(input, untrained, options, FitReport.None);
        transformer.GetOutputSchema(input.Schema);
        transformer.Check();
    }
}
