using System.Globalization;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace Byol.MLNet.Evaluation.Search;

/// <summary>Fits a classifier on rows with the given label and feature columns.</summary>
internal delegate ITransformer ClassifierFit(MLContext mlContext, IDataView rows, string label, string features);

/// <summary>A trainer with its parameters.</summary>
internal sealed record TrainerCandidate(string Name, string Parameters, ClassifierFit Fit)
{
    /// <summary>All candidates: of each trainer its middle parameters first, so that a short search has seen every kind.</summary>
    public static IEnumerable<TrainerCandidate> All(int rows, int classes)
    {
        float[] strengths = [100, 10, 1000, 1, 10_000];
        float[] decays = [1e-3f, 1e-4f, 1e-2f, 1e-5f];
        // On few rows a pass moves little.
        var passes = rows < 1000 ? 300 : 50;
        // One-versus-all grows a forest for each class.
        int[] trees = classes > 20 ? [20, 50] : [50, 100];
        int[] neighbours = [.. ((int[])[WeightedKnn.NeighboursFor(rows), 5, 20]).Distinct()];
        IReadOnlyList<TrainerCandidate>[] kinds =
        [
            [.. strengths.Select(Lbfgs)],
            [.. neighbours.Select(NearestNeighbours)],
            [.. decays.Select(decay => Sdca(decay, passes))],
            [.. decays.Select(decay => SdcaNonCalibrated(decay, passes))],
            [.. ((int[])[10, 50]).Select(AveragedPerceptron)],
            [.. ((int[])[15, 31]).Select(leaves => LightGbm(leaves, rows))],
            [.. trees.Select(FastForest)],
            [.. trees.Select(FastTree)],
        ];
        return Enumerable.Range(0, kinds.Max(kind => kind.Count)).SelectMany(i => kinds.Where(kind => kind.Count > i).Select(kind => kind[i]));
    }

    private static TrainerCandidate Lbfgs(float l2) => new("LbfgsMaximumEntropy", Text("l2", l2), (mlContext, rows, label, features) =>
        LbfgsClassifier.Trainer(mlContext, l2, label, features).Fit(rows));

    private static TrainerCandidate Sdca(float l2, int passes) => new("SdcaMaximumEntropy", Text("l2", l2), (mlContext, rows, label, features) =>
        mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(label, features, l2Regularization: l2, maximumNumberOfIterations: passes).Fit(rows));

    private static TrainerCandidate SdcaNonCalibrated(float l2, int passes) => new("SdcaNonCalibrated", Text("l2", l2), (mlContext, rows, label, features) =>
        mlContext.MulticlassClassification.Trainers.SdcaNonCalibrated(label, features, l2Regularization: l2, maximumNumberOfIterations: passes).Fit(rows));

    private static TrainerCandidate AveragedPerceptron(int iterations) => new("AveragedPerceptron, one versus all", Text("iterations", iterations), (mlContext, rows, label, features) =>
        mlContext.MulticlassClassification.Trainers.OneVersusAll(
            mlContext.BinaryClassification.Trainers.AveragedPerceptron(label, features, numberOfIterations: iterations), label).Fit(rows));

    private static TrainerCandidate LightGbm(int leaves, int count) => new("LightGbm", Text("leaves", leaves), (mlContext, rows, label, features) =>
        mlContext.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            NumberOfIterations = 50,
            NumberOfLeaves = leaves,
            MinimumExampleCountPerLeaf = 5,
            LearningRate = 0.1,
            MaximumBinCountPerFeature = 63,
            NumberOfThreads = LinearClassifier.LightGbmThreads(count),
            Booster = new GradientBooster.Options { FeatureFraction = 0.3 },
        }).Fit(rows));

    private static TrainerCandidate FastForest(int trees) => new("FastForest, one versus all", Text("trees", trees), (mlContext, rows, label, features) =>
        mlContext.MulticlassClassification.Trainers.OneVersusAll(
            mlContext.BinaryClassification.Trainers.FastForest(new FastForestBinaryTrainer.Options
            {
                LabelColumnName = label,
                FeatureColumnName = features,
                NumberOfTrees = trees,
                MinimumExampleCountPerLeaf = 3,
            }),
            label).Fit(rows));

    private static TrainerCandidate FastTree(int trees) => new("FastTree, one versus all", Text("trees", trees), (mlContext, rows, label, features) =>
        mlContext.MulticlassClassification.Trainers.OneVersusAll(
            mlContext.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                LabelColumnName = label,
                FeatureColumnName = features,
                NumberOfTrees = trees,
                NumberOfLeaves = 8,
                MinimumExampleCountPerLeaf = 3,
            }),
            label).Fit(rows));

    private static TrainerCandidate NearestNeighbours(int neighbours) => new("Nearest neighbours", Text("neighbours", neighbours), (mlContext, rows, label, features) =>
        KnnTrainer.Fit(mlContext, rows, label, features, neighbours));

    private static string Text(string name, IFormattable value) => $"{name} {value.ToString(null, CultureInfo.InvariantCulture)}";
}
