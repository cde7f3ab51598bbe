using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Tests;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Tests.Classifiers;

[TestClass]
public class KnnTrainerTests
{
    private const int Dimension = 6;

    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void SavedNeighboursVoteAsTheLibrarysOwn()
    {
        using var folder = new TemporaryFolder();
        var (bank, queries) = (Rows(40, seed: 1), Rows(15, seed: 2));
        var train = _mlContext.Data.LoadFromEnumerable(bank);
        var key = _mlContext.Transforms.Conversion.MapValueToKey("Key", nameof(VectorRow.Label)).Fit(train);
        var classifier = KnnTrainer.Fit(
            _mlContext, key.Transform(train), "Key", nameof(VectorRow.Features), neighbours: 7);
        _mlContext.Model.Save(classifier, train.Schema, folder["knn.zip"]);

        var elsewhere = new MLContext();
        var data = elsewhere.Data.LoadFromEnumerable(queries);
        var predictions = elsewhere.Model.Load(folder["knn.zip"], out _).Transform(data);
        var named = elsewhere.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")
            .Fit(predictions)
            .Transform(predictions);

        // Keys are given in the order in which labels are first seen.
        string[] names = [.. bank.Select(row => row.Label).Distinct()];
        var expected = new WeightedKnn(neighbours: 7).Probabilities(Vectors(bank), Vectors(queries));
        var scores = predictions.GetColumn<float[]>("Score").ToArray();
        var labels = named.GetColumn<string>("Name").ToArray();
        for (var i = 0; i < queries.Length; i++)
        {
            Assert.AreEqual(names[ClassScores.Predicted(expected[i])], labels[i]);
            for (var j = 0; j < names.Length; j++)
            {
                Assert.AreEqual(expected[i][j], scores[i][j], 1e-5);
            }
        }
        Assert.HasCount(3, labels.Distinct());

        LabelledVectors Vectors(VectorRow[] rows) => new(
            [.. rows.Select(row => row.Features)], [
                .. rows.Select(row => Array.IndexOf(names, row.Label))], names.Length);
    }

    private static VectorRow[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        string[] labels = ["one", "two", "three"];
        return
        [
            .. Enumerable.Range(0, count).Select(i => new VectorRow
            {
                Features =
                    [.. Enumerable.Range(0, Dimension)
                        .Select(j => (float)(random.NextDouble() - 0.5 + (j == i % 3 ? 1 : 0)))],
                Label = labels[i % 3],
            }),
        ];
    }

    private sealed class VectorRow
    {
        [VectorType(Dimension)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
