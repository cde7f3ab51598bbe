using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Reporting;

/// <summary>
/// Embeddings as points in a plane: the first two principal components of their directions, by ML.NET's PCA.
/// </summary>
internal static class EmbeddingMap
{
    private const int MaximumPoints = 2000;
    private const int Clusters = 8;
    private const string Vectors = nameof(LabelledVectors.Features);

    // With the page's colours, which are eight, no two of 56 groups look the same.
    private static readonly string[] Symbols = ["circle", "square", "triangle-up", "diamond", "cross", "x", "star"];

    public static Figure Create(FeatureSets images)
    {
        int[] rows = [.. Enumerable.Range(0, images.Count)];
        new Random(0).Shuffle(rows);
        rows = rows[..Math.Min(rows.Length, MaximumPoints)];
        var mlContext = new MLContext(seed: 0);
        float[][] embeddings = [.. rows.Select(row => images[FeatureSets.Trained][row])];
        var data = new LabelledVectors(embeddings, new int[rows.Length], ClassCount: 1).ToDataView(mlContext);
        var points = mlContext.Transforms.NormalizeLpNorm(Vectors)
            .Append(mlContext.Transforms.ProjectToPrincipalComponents("Point", Vectors, rank: 2))
            .Fit(data).Transform(data).GetColumn<float[]>("Point").ToArray();
        var isLabelled = images.HasLabels;
        string[] groups = isLabelled ? [.. rows.Select(row => images.Labels[row])] : Cluster(mlContext, data);
        var index = new LabelIndex(groups);
        var members = groups.Zip(points).ToLookup(pair => pair.First, pair => pair.Second);
        object[] traces = [.. index.Labels.Select((label, number) => Trace(label, number, members[label]))];
        var colours = isLabelled ? "label" : "cluster (k-means), since there are no labels";
        var axis = new { showticklabels = false, zeroline = false };
        return new Figure(
            "Map of embeddings",
            $"{rows.Length} images by the first two principal components of their embeddings, "
            + $"colour and shape by {colours}.",
            traces,
            // Dozens of names would crowd the chart out; they show where the pointer is.
            new { showlegend = traces.Length <= 12, xaxis = axis, yaxis = axis },
            IsLarge: true);
    }

    private static object Trace(string label, int number, IEnumerable<float[]> points) => new
    {
        type = "scatter",
        mode = "markers",
        name = label,
        x = points.Select(point => point[0]),
        y = points.Select(point => point[1]),
        text = label,
        hoverinfo = "text",
        marker = new { size = 7, opacity = 0.75, symbol = Symbols[number % Symbols.Length] },
    };

    private static string[] Cluster(MLContext mlContext, IDataView data)
    {
        var count = (int)data.GetRowCount()!;
        if (count < 2 * Clusters)
        {
            return [.. Enumerable.Repeat("images", count)];
        }
        var clusters = mlContext.Clustering.Trainers.KMeans(Vectors, numberOfClusters: Clusters)
            .Fit(data)
            .Transform(data);
        return [.. clusters.GetColumn<uint>("PredictedLabel").Select(cluster => $"cluster {cluster}")];
    }
}
