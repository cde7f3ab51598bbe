using Byol.MLNet.Classifiers;
using Microsoft.ML;
using Microsoft.ML.Trainers.LightGbm;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's LightGbm.</summary>
internal static class LightGbm
{
    public static ClassifierKind Kind { get; } = new()
    {
        Evaluated = new(ByolClassifier.LightGbm, settings => new TrainerClassifier(settings.Seed, Small)) { Cost = 2 },
        Candidates = (rows, _) => TrainerCandidate.ForEach<int>(
            "LightGbm", "leaves", [15, 31], leaves => (mlContext, data, label, features) =>
            {
                var options = Options(iterations: 50, leaves, bins: 63, featureFraction: 0.3, Threads(rows));
                options.LabelColumnName = label;
                options.FeatureColumnName = features;
                return mlContext.MulticlassClassification.Trainers.LightGbm(options).Fit(data);
            }),
    };

    /// <summary>
    /// One on few rows, null (LightGBM's choice) on many: threads gain little there, and on a busy machine, where they
    /// wait for each other at every leaf, a fit of seconds took minutes.
    /// </summary>
    public static int? Threads(int rows) => rows < 10_000 ? 1 : null;

    // Raw pixels are thousands of dense columns and Pets has 37 classes: with ML.NET's defaults this trainer alone
    // takes minutes a split.
    private static LightGbmMulticlassTrainer Small(MLContext mlContext, int rows) =>
        mlContext.MulticlassClassification.Trainers.LightGbm(
            Options(iterations: 20, leaves: 15, bins: 31, featureFraction: 0.1, threads: 1));

    private static LightGbmMulticlassTrainer.Options Options(
        int iterations, int leaves, int bins, double featureFraction, int? threads) => new()
        {
            LabelColumnName = LabelledVectors.LabelName,
            FeatureColumnName = nameof(LabelledVectors.Features),
            NumberOfIterations = iterations,
            NumberOfLeaves = leaves,
            MinimumExampleCountPerLeaf = 5,
            LearningRate = 0.1,
            MaximumBinCountPerFeature = bins,
            NumberOfThreads = threads,
            Booster = new GradientBooster.Options { FeatureFraction = featureFraction },
        };
}
