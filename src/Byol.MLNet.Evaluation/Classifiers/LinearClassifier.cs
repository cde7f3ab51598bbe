using Byol.MLNet.Classifiers;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's multiclass trainers on frozen features.</summary>
internal sealed class LinearClassifier(int seed, IReadOnlyList<float> l2Candidates)
{
    /// <summary>The probabilities of each class for each test row.</summary>
    public IReadOnlyList<double[]> Probabilities(ByolClassifier classifier, LabelledVectors train, LabelledVectors test)
    {
        if (classifier == ByolClassifier.Lbfgs)
        {
            return new LbfgsClassifier(seed, l2Candidates).Probabilities(train, test);
        }
        // A context for each fit: its generator then starts from the seed, whatever ran before.
        var mlContext = new MLContext(seed);
        var trainer = Trainer(mlContext, classifier, train.Features.Count);
        return StandardizedRows.Scores(Predict(mlContext, trainer.Fit, train, test));
    }

    private static IEstimator<ITransformer> Trainer(MLContext mlContext, ByolClassifier classifier, int rows) => classifier switch
    {
        ByolClassifier.Sdca => Sdca(mlContext, rows),
        ByolClassifier.LightGbm => LightGbm(mlContext),
        _ => throw new ArgumentOutOfRangeException(nameof(classifier), $"{classifier} is not a trainer."),
    };

    // On few rows a pass changes little, and the trainer keeps its zero weights where it has not got below their loss; so
    // there are passes for about as many rows in all.
    private static SdcaMaximumEntropyMulticlassTrainer Sdca(MLContext mlContext, int rows) =>
        mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
        {
            MaximumNumberOfIterations = Math.Clamp(60_000 / rows, 20, 200),
            NumberOfThreads = 1,
        });

    // Raw pixels are thousands of dense columns and Pets has 37 classes: with ML.NET's defaults this trainer alone takes minutes a split.
    private static LightGbmMulticlassTrainer LightGbm(MLContext mlContext) =>
        mlContext.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            NumberOfIterations = 20,
            NumberOfLeaves = 15,
            MinimumExampleCountPerLeaf = 5,
            LearningRate = 0.1,
            MaximumBinCountPerFeature = 31,
            NumberOfThreads = 1,
            Booster = new GradientBooster.Options { FeatureFraction = 0.1 },
        });

    /// <summary>
    /// One on few rows, null (LightGBM's choice) on many: threads gain little there, and on a busy machine, where they wait for each
    /// other at every leaf, a fit of seconds took minutes.
    /// </summary>
    public static int? LightGbmThreads(int rows) => rows < 10_000 ? 1 : null;

    /// <summary>The test rows with what a trainer, fitted on standardised training rows, says of them.</summary>
    public static IDataView Predict(MLContext mlContext, Func<IDataView, ITransformer> fit, LabelledVectors train, LabelledVectors test)
    {
        var rows = new StandardizedRows(mlContext, train, test);
        return fit(rows.Train).Transform(rows.Test);
    }
}
