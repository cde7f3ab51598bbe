using Byol.MLNet.Classifiers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Labelling.Embeddings;

/// <summary>Images as points of a plane: the first two principal components of their embeddings, by ML.NET's
/// PCA.</summary>
/// <param name="X">From left to right, 0 to 1.</param>
/// <param name="Y">From top to bottom, 0 to 1.</param>
internal sealed record ImageMap(IReadOnlyList<float> X, IReadOnlyList<float> Y)
{
    // More say no more of where the components point.
    private const int MostFitted = 5000;
    private const string Vectors = nameof(LabelledVectors.Features);

    public static ImageMap Of(UnitVectors vectors)
    {
        if (vectors.Count < 2)
        {
            return new ImageMap(new float[vectors.Count], new float[vectors.Count]);
        }
        var mlContext = new MLContext(seed: 0);
        var step = 1 + (vectors.Count - 1) / MostFitted;
        var pca = mlContext.Transforms.ProjectToPrincipalComponents("Point", Vectors, rank: 2)
            .Fit(View(Enumerable.Range(0, vectors.Count).Where(row => row % step == 0)));
        float[][] points = [.. pca.Transform(View(Enumerable.Range(0, vectors.Count))).GetColumn<float[]>("Point")];
        return new ImageMap(Scale([.. points.Select(point => point[0])]), Scale([.. points.Select(point => point[1])]));

        IDataView View(IEnumerable<int> rows)
        {
            float[][] features = [.. rows.Select(row => vectors[row].ToArray())];
            return new LabelledVectors(features, new int[features.Length], ClassCount: 1).ToDataView(mlContext);
        }
    }

    private static float[] Scale(float[] values)
    {
        var (least, most) = (values.Min(), values.Max());
        return Array.ConvertAll(values, value => most > least ? (value - least) / (most - least) : 0.5f);
    }
}
