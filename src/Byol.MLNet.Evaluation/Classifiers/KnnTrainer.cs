using System.Globalization;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Embedding;
using Byol.MLNet.Images;
using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>
/// Nearest neighbours as stock ML.NET parts, with the columns of a multiclass trainer: <c>Score</c> and, as a key,
/// <c>PredictedLabel</c>.
/// </summary>
internal static class KnnTrainer
{
    private const string Score = "Score";
    private const string PredictedLabel = "PredictedLabel";

    // Dropped at the end; the dots keep it clear of a program's own names.
    private const string Winner = "Score.byol.winner";

    public static ITransformer Fit(MLContext mlContext, IDataView rows, string label, string features, int neighbours)
    {
        var names = Names(rows.Schema[label]);
        var labelled = LabelledRows.Read<uint>(rows, features, label);
        // A key's values count from 1.
        var bank = new LabelledVectors(
            labelled.Features, [.. labelled.Labels.Select(key => (int)key - 1)], names.Length);
        var model = KnnGraph.Write(bank, neighbours, features, Score, Winner).ToByteArray();
        var schema = rows.Schema;
        return new StockTransformer(new StockChain(
            mlContext.Transforms, catalog => Create(mlContext, catalog, model, features, names, schema)));
    }

    private static ITransformer Create(
        MLContext mlContext,
        TransformsCatalog catalog,
        byte[] model,
        string features,
        string[] names,
        DataViewSchema schema)
    {
        // A graph's outputs are vectors; of all stock transforms only the hash makes one value of a vector.
        var classes = mlContext.Data.LoadFromEnumerable(
            names.Select((name, index) => new Class { Winner = [index], Name = name }));
        var conversion = mlContext.Transforms.Conversion;
        var hash = conversion.Hash(new HashingEstimator.ColumnOptions(PredictedLabel, Winner, combine: true));
        var hashed = hash.Fit(classes).Transform(classes);
        var (key, value) = (hashed.Schema[PredictedLabel], hashed.Schema[nameof(Class.Name)]);
        var keyData = mlContext.Transforms.SelectColumns(nameof(Class.Name)).Fit(classes).Transform(classes);
        using var graph = new MemoryStream(model);
        return catalog.ApplyOnnxModel([Score, Winner], [features], graph)
            .Append(hash)
            .Append(conversion.MapValue(PredictedLabel, hashed, key, value, PredictedLabel))
            .Append(conversion.MapValueToKey(PredictedLabel, keyData: keyData))
            .Append(mlContext.Transforms.DropColumns(Winner))
            .Fit(new SchemaView(schema));
    }

    private static string[] Names(DataViewSchema.Column label)
    {
        if (!label.HasKeyValues())
        {
            var count = ((KeyDataViewType)label.Type).Count;
            return [.. Enumerable.Range(0, (int)count).Select(index => index.ToString(CultureInfo.InvariantCulture))];
        }
        VBuffer<ReadOnlyMemory<char>> values = default;
        label.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    private sealed class Class
    {
        [VectorType(1)]
        [ColumnName(KnnTrainer.Winner)]
        public long[] Winner { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
