using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace Byol.Samples.Web.Models;

/// <summary>Predicts pictures for one thread at a time. Engines of a pipeline share its network.</summary>
internal sealed class Engine : IDisposable
{
    private const int Channels = 3;

    private readonly InferenceSession _network;
    private readonly PredictionEngine<Picture, Pixels> _frontEnd;
    private readonly PredictionEngine<Embedded, Scored> _classifier;
    private readonly int _side;

    public Engine(SavedPipeline pipeline)
    {
        _network = pipeline.Network;
        _side = _network.InputMetadata[InputName].Dimensions[^1];
        Dimension = pipeline.EmbeddingType.Size;
        _frontEnd = Create<Picture, Pixels>(
            pipeline.FrontEnd,
            Columns<Picture>(nameof(Picture.Image), pipeline.ImageColumn),
            Columns<Pixels>(nameof(Pixels.Values), InputName));
        _classifier = Create<Embedded, Scored>(
            pipeline.Classifier,
            Columns<Embedded>(nameof(Embedded.Values), OutputName, pipeline.EmbeddingType),
            Columns<Scored>(nameof(Scored.Score), nameof(Scored.Score)));
        Classes = ReadClasses(_classifier.OutputSchema);
    }

    /// <summary>The names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The length of an embedding.</summary>
    public int Dimension { get; }

    private string InputName => _network.InputNames[0];

    private string OutputName => _network.OutputNames[0];

    /// <summary>The pixels as the network takes them: few, whatever the picture's size.</summary>
    public byte[] Prepare(MLImage image) => _frontEnd.Predict(new Picture { Image = image }).Values;

    #region predict
    /// <summary>Embeds and classifies a batch.</summary>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<byte[]> pictures)
    {
        byte[] batch = [.. pictures.SelectMany(pixels => pixels)];
        using var pixels = OrtValue.CreateTensorValueFromMemory(batch, [pictures.Count, Channels, _side, _side]);
        using var run = new RunOptions();
        using var outputs = _network.Run(run, [InputName], [pixels], [OutputName]);
        var embeddings = outputs[0].GetTensorDataAsSpan<float>();
        var predictions = new Prediction[pictures.Count];
        for (var i = 0; i < predictions.Length; i++)
        {
            var embedding = embeddings.Slice(i * Dimension, Dimension).ToArray();
            var scores = _classifier.Predict(new Embedded { Values = embedding }).Score;
            predictions[i] = new Prediction(Classes, scores, embedding);
        }
        return predictions;
    }
    #endregion

    public void Dispose()
    {
        _frontEnd.Dispose();
        _classifier.Dispose();
    }

    private static SchemaDefinition Columns<TRow>(string property, string column, DataViewType? type = null)
    {
        var columns = SchemaDefinition.Create(typeof(TRow));
        var renamed = columns[property];
        renamed.ColumnName = column;
        renamed.ColumnType = type ?? renamed.ColumnType;
        return columns;
    }

    private static PredictionEngine<TIn, TOut> Create<TIn, TOut>(
        ITransformer transformer, SchemaDefinition input, SchemaDefinition output)
        where TIn : class
        where TOut : class, new() =>
        new MLContext().Model.CreatePredictionEngine<TIn, TOut>(transformer, new PredictionEngineOptions
        {
            InputSchemaDefinition = input,
            OutputSchemaDefinition = output,
            OwnsTransformer = false,
        });

    private static string[] ReadClasses(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (!schema[nameof(Scored.Score)].HasSlotNames())
        {
            throw new InvalidDataException("its scores have no names: the label of the training is to be text.");
        }
        schema[nameof(Scored.Score)].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
