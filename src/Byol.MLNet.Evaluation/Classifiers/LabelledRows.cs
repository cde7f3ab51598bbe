using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>
/// Vectors with the labels beside them, read in one pass: another pass may give the rows in another order.
/// </summary>
internal sealed record LabelledRows<TLabel>(IReadOnlyList<float[]> Features, IReadOnlyList<TLabel> Labels);

/// <summary>Reads <see cref="LabelledRows{TLabel}"/>.</summary>
internal static class LabelledRows
{
    /// <summary>Vectors with labels of text.</summary>
    public static LabelledRows<string> ReadText(IDataView rows, string featureColumn, string labelColumn)
    {
        var (features, labels) = Read<ReadOnlyMemory<char>>(rows, featureColumn, labelColumn);
        return new LabelledRows<string>(features, [.. labels.Select(label => label.ToString())]);
    }

    /// <summary>The vectors with their labels' numbers.</summary>
    public static LabelledVectors ToVectors(this LabelledRows<string> rows, LabelIndex index) =>
        new(rows.Features, index.NumbersOf(rows.Labels), index.Count);

    public static LabelledRows<TLabel> Read<TLabel>(IDataView rows, string featureColumn, string labelColumn)
    {
        var (vectors, labels) = (new List<float[]>(), new List<TLabel>());
        var (features, label) = (rows.Schema[featureColumn], rows.Schema[labelColumn]);
        using var cursor = rows.GetRowCursor([features, label]);
        var featureGetter = cursor.GetGetter<VBuffer<float>>(features);
        var labelGetter = cursor.GetGetter<TLabel>(label);
        VBuffer<float> vector = default;
        while (cursor.MoveNext())
        {
            featureGetter(ref vector);
            TLabel value = default!;
            labelGetter(ref value);
            var values = new float[vector.Length];
            vector.CopyTo(values);
            vectors.Add(values);
            labels.Add(value);
        }
        return new LabelledRows<TLabel>(vectors, labels);
    }
}
