using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Reporting;

/// <summary>Embeddings as points in a plane: the first two principal components of their directions, by ML.NET's PCA.</summary>
internal static class EmbeddingMap
{
    private const int MaximumPoints = 2000;
    private const int Clusters = 8;
    // With the page's colours, which are eight, no two of 56 groups look the same.
    private static readonly string[] Symbols = ["circle", "square", "triangle-up", "diamond", "cross", "x", "star"];

    private const string Vectors = nameof(LabelledVectors.Features);

    public static Figure Create(FeatureSets images)
    {
        int[] rows = [.. Enumerable.Range(0, images.Count)];
        new Random(0).Shuffle(rows);
        rows = rows[..Math.Min(rows.Length, MaximumPoints)];
        var mlContext = new MLContext(seed: 0);
        var data = new LabelledVectors([.. rows.Select(row => images[FeatureSets.Trained][row])], new int[rows.Length], ClassCount: 1).ToDataView(mlContext);
        var points = mlContext.Transforms.NormalizeLpNorm(Vectors)
            .Append(mlContext.Transforms.ProjectToPrincipalComponents("Point", Vectors, rank: 2))
            .Fit(data).Transform(data).GetColumn<float[]>("Point").ToArray();
        var isLabelled = images.HasLabels;
        string[] groups = isLabelled ? [.. rows.Select(row => images.Labels[row])] : Cluster(mlContext, data);
        var traces = groups.Select((group, i) => (group, i)).GroupBy(entry => entry.group, entry => entry.i).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select((group, number) => (object)new
            {
                type = "scatter",
                mode = "markers",
                name = group.Key,
                x = group.Select(i => points[i][0]),
                y = group.Select(i => points[i][1]),
                text = group.Key,
                hoverinfo = "text",
                marker = new { size = 7, opacity = 0.75, symbol = Symbols[number % Symbols.Length] },
            })
            .ToArray();
        return new Figure(
            "Map of embeddings",
            $"{rows.Length} images by the first two principal components of their embeddings, colour and shape by {(isLabelled ? "label" : "cluster (k-means), since there are no labels")}.",
            traces,
            // Dozens of names would crowd the chart out; they show where the pointer is.
            new { showlegend = traces.Length <= 12, xaxis = new { showticklabels = false, zeroline = false }, yaxis = new { showticklabels = false, zeroline = false } },
            IsLarge: true);
    }

    private static string[] Cluster(MLContext mlContext, IDataView data)
    {
        var count = (int)data.GetRowCount()!;
        return count < 2 * Clusters
            ? [.. Enumerable.Repeat("images", count)]
            : [.. mlContext.Clustering.Trainers.KMeans(Vectors, numberOfClusters: Clusters).Fit(data).Transform(data).GetColumn<uint>("PredictedLabel").Select(cluster => $"cluster {cluster}")];
    }
}
