using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Classifiers;

/// <summary>Vectors with the index of their class, as ML.NET reads them.</summary>
internal sealed record LabelledVectors(IReadOnlyList<float[]> Features, IReadOnlyList<int> Classes, int ClassCount)
{
    public const string LabelName = nameof(Row.Label);

    public LabelledVectors Select(IReadOnlyList<int> rows) =>
        new([.. rows.Select(row => Features[row])], [.. rows.Select(row => Classes[row])], ClassCount);

    public IDataView ToDataView(MLContext mlContext)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features[0].Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), ClassCount);
        // LoadFromEnumerable takes a key as its index from 0 and stores it from 1.
        return mlContext.Data.LoadFromEnumerable(
            Features.Select((features, i) => new Row { Features = features, Label = (uint)Classes[i] }).ToArray(),
            schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
