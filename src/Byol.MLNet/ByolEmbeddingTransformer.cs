using Byol.MLNet.Embedding;
using Byol.MLNet.Encoders;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Weights;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet;

/// <summary>
/// Appends the frozen encoder's output to each row. <c>mlContext.Model.Save</c> stores it as stock ML.NET parts around
/// an ONNX graph, so that a program without Byol.MLNet and libtorch loads it.
/// </summary>
/// <remarks>
/// <see cref="Transform"/> embeds in batches and remembers, so that a trainer that reads its data many times computes
/// each embedding once: a picture is known again by its pixels, its image object, or its file's path, length and time
/// of change. A transformer can be used by several threads. Disposing it, or a chain or prediction engine that holds
/// it, frees what it holds of the system's: it and other engines made on it go on working, and a later use makes anew
/// what it needs.
/// </remarks>
public sealed class ByolEmbeddingTransformer : ITransformer, IDisposable
{
    private readonly TransformsCatalog _catalog;
    private readonly string _output;
    private readonly string _input;
    private readonly FitReport _report;
    private readonly StockChain _chain;
    private readonly EmbeddingCounter _counter = new();

    internal ByolEmbeddingTransformer(
        TransformsCatalog catalog,
        string outputColumnName,
        string inputColumnName,
        DataViewSchema inputSchema,
        SharedEncoder encoder,
        EmbeddingSettings settings,
        FitReport report)
    {
        _catalog = catalog;
        _output = outputColumnName;
        _input = inputColumnName;
        Shared = encoder;
        Settings = settings;
        _report = report;
        _chain = EncoderChain.Create(catalog, outputColumnName, inputColumnName, encoder.Encoder, inputSchema);
    }

    /// <summary>Name of the column that holds images or paths.</summary>
    public string InputColumnName => _input;

    /// <summary>Name of the embedding column.</summary>
    public string OutputColumnName => _output;

    /// <summary>Number of values in the embedding.</summary>
    public int EmbeddingDimension => Encoder.EmbeddingDimension;

    /// <summary>The fit's report after each epoch; empty where the encoder was trained elsewhere.</summary>
    public IReadOnlyList<ByolProgress> History => _report.History;

    /// <summary>The images that the fit could not read and left out: path or row, and why.</summary>
    public IReadOnlyList<string> UnreadableImages => _report.UnreadableImages;

    /// <summary>
    /// The step of the checkpoint that the fit went on from; null where it began anew, or where the encoder was trained
    /// elsewhere.
    /// </summary>
    public long? ResumedFromStep => _report.ResumedFromStep;

    /// <summary>
    /// Whether the fit was cancelled before its last step, so that this is the encoder trained so far.
    /// </summary>
    public bool WasCancelled => _report.WasCancelled;

    /// <summary>
    /// What the fit's figures say of it: whether the encoder learnt. Null where the encoder was trained elsewhere.
    /// </summary>
    public ByolVerdict? Verdict => _report.Verdict;

    /// <summary>
    /// How many embeddings <see cref="Transform"/> has computed so far: remembered ones do not count.
    /// </summary>
    public long ComputedEmbeddings => _counter.Count;

    /// <summary>Whether rows can be mapped one by one: always true.</summary>
    public bool IsRowToRowMapper => true;

    internal FrozenEncoder Encoder => Shared.Encoder;

    internal SharedEncoder Shared { get; }

    internal EmbeddingSettings Settings { get; }

    /// <summary>
    /// The same encoder with the random weights that its training started from: the baseline that an evaluation
    /// compares with.
    /// It is rebuilt from the recorded seed and does not need libtorch.
    /// </summary>
    /// <returns>An estimator for the same columns, which trains nothing.</returns>
    public ByolEmbeddingEstimator Untrained() =>
        new(_catalog, _output, _input, Settings, new SharedEncoder(_catalog, Encoder.Untrained()));

    /// <summary>
    /// The same encoder with convolutions in int8 (Jacob et al. 2018), which embeds more than twice as fast on
    /// processors with VNNI; its embeddings differ a little, so compare the accuracy of both before it is used. How
    /// numbers are rounded is found from up to 256 rows all over the images. The file that
    /// <see cref="SaveOnnx"/> then writes keeps the weights as they are.
    /// </summary>
    /// <param name="images">Images of the kind that will be embedded; of their columns <see cref="InputColumnName"/> is
    /// read. Unreadable ones are left out.</param>
    /// <returns>A transformer for the same columns and with the same report.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor
    /// text.</exception>
    /// <exception cref="InvalidOperationException">No image could be read, or the encoder gives numbers that are not
    /// finite.</exception>
    public ByolEmbeddingTransformer ToInt8(IDataView images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var encoder = Calibration.ToInt8(_catalog, Encoder, images, _input, Settings.MaxImagePixels);
        return new(
            _catalog, _output, _input, images.Schema, new SharedEncoder(_catalog, encoder), Settings, _report);
    }

    /// <summary>The schema with the embedding column added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor
    /// text.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        ImageColumn.Find(inputSchema, _input);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        // The type that ML.NET gives the same output in the saved pipeline.
        builder.AddColumn(_output, new VectorDataViewType(NumberDataViewType.Single, 1, EmbeddingDimension));
        return builder.ToSchema();
    }

    /// <summary>The data with the embedding column added, computed when a cursor asks for it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or holds neither images nor
    /// text.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TransformView.Of(
            new EmbeddedDataView(input, GetOutputSchema(input.Schema), _input, Shared, Settings, _counter));
    }

    /// <summary>A mapper of single rows, made of stock ML.NET parts: what a prediction engine uses.</summary>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = ImageColumn.Find(inputSchema, _input);
        var mapper = _chain.Transformer.GetRowToRowMapper(inputSchema);
        return ImageColumn.IsPath(column.Type)
            ? mapper
            : new OwnImageMapper(mapper, _input, Encoder.Metadata.StoredImageSize);
    }

    /// <summary>
    /// Writes the encoder as an ONNX model (opset 17): input <c>pixels</c>, N×3×K×K bytes, RGB; output
    /// <c>embedding</c>, N×d floats.
    /// The same run gives the same bytes. The file appears whole or not at all.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Encoder.Save(path);
    }

    /// <summary>
    /// Writes the encoder's weights in safetensors under torchvision's names, so that PyTorch, or another fit
    /// (<see cref="ByolOptions.Start"/>), can start from them. The file appears whole or not at all.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveWeights(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        WeightFile.Write(
            path,
            new NetworkWeights(Encoder.Metadata.Architecture.Tensors(), spec => Encoder.Weight(spec.Name)),
            Encoder.Metadata.Normalization.ToTexts());
    }

    /// <summary>Frees the encoder's sessions; a later use makes them anew.</summary>
    public void Dispose()
    {
        Shared.Embedder.LetGo();
        _chain.Dispose();
    }

    /// <summary>
    /// Makes what the transformer makes on first use, so that what is wrong with it or its device shows.
    /// </summary>
    /// <exception cref="InvalidOperationException">The MLContext asks for a GPU that ONNX Runtime's package cannot
    /// use.</exception>
    internal void Check()
    {
        _chain.Check();
        using var _ = Shared.Embedder.Acquire();
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);
}
