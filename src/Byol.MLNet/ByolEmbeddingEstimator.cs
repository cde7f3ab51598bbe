using Byol.MLNet.Checkpoints;
using Byol.MLNet.Images;
using Byol.MLNet.Monitoring;
using Byol.MLNet.Networks;
using Byol.MLNet.Onnx;
using Byol.MLNet.Training;
using Byol.MLNet.Weights;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;

namespace Byol.MLNet;

/// <summary>
/// Pretrains an image encoder on unlabelled images by BYOL (Grill et al. 2020, arXiv 2006.07733) and freezes it.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Estimator characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>Yes; no where it was made from a trained encoder.</description></item>
/// <item><term>Input column data type</term><description>Image (MLImage) or text (path of an image file)</description></item>
/// <item><term>Output column data type</term><description>Known-sized vector of <see cref="float"/></description></item>
/// <item><term>Required NuGet in addition to Microsoft.ML</term><description>Byol.MLNet and TorchSharp's native package to fit; Microsoft.ML.OnnxTransformer and Microsoft.ML.OnnxRuntime to use a saved pipeline</description></item>
/// </list>
/// Images are resized to a square (the aspect ratio is not kept) and EXIF orientation is ignored, as LoadImages does, in training and in use alike.
/// </remarks>
public sealed class ByolEmbeddingEstimator : IEstimator<ByolEmbeddingTransformer>
{
    private readonly TransformsCatalog _catalog;
    private readonly string _output;
    private readonly string _input;
    private readonly ByolOptions? _options;
    private readonly EmbeddingSettings _settings;
    private readonly FrozenEncoder? _encoder;

    internal ByolEmbeddingEstimator(TransformsCatalog catalog, string outputColumnName, string? inputColumnName, ByolOptions options)
        : this(catalog, outputColumnName, inputColumnName, EmbeddingSettings.Default, encoder: null)
    {
        _options = options;
    }

    internal ByolEmbeddingEstimator(
        TransformsCatalog catalog, string outputColumnName, string? inputColumnName, EmbeddingSettings settings, FrozenEncoder? encoder)
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
    /// Trains on the input column (of <see cref="ByolOptions.PretrainingData"/> where that is given) and returns the frozen encoder;
    /// an estimator made from a trained encoder trains nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor text.</exception>
    /// <exception cref="ArgumentException">Options are out of range; the message names them all.</exception>
    /// <exception cref="InvalidOperationException">There are fewer readable images than a batch, libtorch cannot be loaded, or the checkpoints are another run's.</exception>
    /// <exception cref="FileNotFoundException">There is no file of initial weights where the options name one.</exception>
    /// <exception cref="InvalidDataException">The file of initial weights, or a checkpoint's tensors, cannot be
    /// used.</exception>
    /// <exception cref="IOException">The images take more than <see cref="ByolOptions.ImageMemoryBytes"/>, and no temporary file can be written.</exception>
    /// <exception cref="ByolCollapseException">The encoder collapsed.</exception>
    /// <exception cref="ByolDivergenceException">The loss became infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled and <see cref="ByolOptions.OnCancellation"/> says that this is an error.</exception>
    public ByolEmbeddingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Find(input.Schema, _input);
        if (_encoder is not null)
        {
            return new ByolEmbeddingTransformer(_catalog, _output, _input, input, _encoder, _settings, FitReport.None);
        }
        var options = _options!.Clone();
        options.Validate();
        var (encoder, report) = Train(options.PretrainingData ?? input, options);
        return new ByolEmbeddingTransformer(_catalog, _output, _input, input, encoder, EmbeddingSettings.Of(options), report);
    }

    /// <summary>The schema with the embedding column added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.FirstOrDefault(shape => shape.Name == _input);
        if (column.Name is null)
        {
            throw ImageColumn.Missing(_input);
        }
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || !(column.ItemType is ImageDataViewType || ImageColumn.IsPath(column.ItemType)))
        {
            throw ImageColumn.WrongType(_input, column.ItemType);
        }
        // SchemaShape's columns can only be made by ML.NET: ExtractPixels makes the same one.
        return ImageColumn.IsPath(column.ItemType)
            ? _catalog.LoadImages(_output, "", _input).Append(_catalog.ExtractPixels(_output)).GetOutputSchema(inputSchema)
            : _catalog.ExtractPixels(_output, _input).GetOutputSchema(inputSchema);
    }

    private (FrozenEncoder Encoder, FitReport Report) Train(IDataView images, ByolOptions options)
    {
        TorchRuntime.EnsureLoaded();
        var environment = new MLNetEnvironment(_catalog);
        var device = TorchRuntime.ChooseDevice(environment.GpuDeviceId, environment.FallbackToCpu);
        using var log = environment.StartLog(nameof(ByolEmbeddingEstimator));
        var resumed = FindCheckpoint(options, log);
        var seed = options.Seed ?? resumed?.Manifest.Seed ?? environment.Seed ?? Random.Shared.Next();
        var initial = resumed is null ? ReadInitialWeights(options, log) : null;

        using var frontEnd = new FrontEnd(_catalog, ImageStoreLoader.ChooseSide(images, _input, options));
        var probe = options.Probe is null ? null : OnlineProbe.Load(options.Probe, _input, frontEnd, options.ImageSize);
        using var loaded = ImageStoreLoader.Load(images, _input, options, seed, frontEnd);
        if (loaded.Unreadable.Count > 0)
        {
            log.Warning($"{loaded.Unreadable.Count} images could not be read and were left out: {string.Join("; ", loaded.Unreadable.Take(10))}{(loaded.Unreadable.Count > 10 ? "; …" : ".")}");
        }
        if (loaded.Store.IsInFile)
        {
            log.Info($"The images take more than {nameof(ByolOptions.ImageMemoryBytes)} ({options.ImageMemoryBytes} bytes); they are kept in a temporary file under '{Path.GetTempPath()}'.");
        }
        var outcome = new ByolTrainer(options, seed, device, log).Train(loaded.Store, initial, resumed, probe);
        var metadata = new EncoderMetadata(
            options.ImageSize,
            frontEnd.Side,
            options.Backbone,
            options.Stem,
            options.Width,
            seed,
            options.Recipe,
            options.NormalizeEmbedding,
            EncoderMetadata.CurrentLibraryVersion);
        return (FrozenEncoder.Freeze(metadata, outcome.Encoder), new FitReport(outcome.History, loaded.Unreadable, resumed?.Manifest.Step, outcome.IsCancelled));
    }

    // Before images are read, which may take long.
    private static NetworkWeights? ReadInitialWeights(ByolOptions options, ITrainingLog log)
    {
        if (options.InitialWeights is not { Length: > 0 } path)
        {
            return null;
        }
        var (encoder, unexpected) = WeightFile.Read(path, EncoderArchitecture.Of(options).Tensors());
        log.Info($"The encoder starts from '{path}'{(unexpected.Count == 0 ? "" : $"; {unexpected.Count} of the file's tensors have no place in it: {EncoderNames.Some(unexpected)}")}.");
        return encoder;
    }

    /// <summary>The checkpoint to go on from, where the options ask for that and there is one.</summary>
    /// <exception cref="InvalidOperationException">The folder holds another run's checkpoints, which a new run would replace.</exception>
    private static Checkpoint? FindCheckpoint(ByolOptions options, ITrainingLog log)
    {
        if (options.CheckpointDirectory is not { } path)
        {
            return null;
        }
        var folder = new CheckpointFolder(path, options.CheckpointsKept);
        folder.RemoveUnfinished();
        if (!options.Resume)
        {
            return folder.IsEmpty
                ? null
                : throw new InvalidOperationException($"The folder '{path}' already holds checkpoints; set {nameof(ByolOptions.Resume)} to go on from them, or name another folder.");
        }
        return folder.LoadNewest(log.Warning);
    }
}
