using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace Byol.MLNet.Classifiers;

/// <summary>
/// ML.NET's LbfgsMaximumEntropy with the L2 weight that does best on a validation part of the training rows; test rows
/// have no say. It goes from the strongest weight to weaker ones, each fit starting from the last one's solution, and
/// stops where both accuracy and log-loss have become worse: the weakest take longest, and only matter where the others
/// do no better. Accuracy alone would not do: with the strongest weights it is chance, up and down.
/// </summary>
internal sealed class LbfgsClassifier(int seed, IReadOnlyList<float> l2Candidates) : IClassifier
{
    private const double ValidationFraction = 0.3;

    // Weights closer together than this may differ by chance alone.
    private const float Step = 10 * (1 - 1e-3f);

    /// <summary>Wide enough for few and for many rows: ML.NET adds L2 to the loss summed over the rows.</summary>
    public static readonly IReadOnlyList<float> DefaultL2Candidates = [1, 10, 100, 1000, 10_000];

    public IReadOnlyList<double[]> Probabilities(LabelledVectors train, LabelledVectors test)
    {
        var (l2, start) = Choose(train);
        return Fit(new StandardizedRows(new MLContext(seed), train, test), l2, start).Scores;
    }

    /// <summary>The L2 weight that does best on a stratified part of the training rows.</summary>
    public float ChooseL2(LabelledVectors train) => Choose(train).L2;

    /// <summary>The trainer as every evaluation uses it.</summary>
    public static LbfgsMaximumEntropyMulticlassTrainer Trainer(
        MLContext mlContext,
        float l2,
        string label = LabelledVectors.LabelName,
        string features = nameof(LabelledVectors.Features),
        int? threads = null,
        string? weights = null) =>
        mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            ExampleWeightColumnName = weights,
            L1Regularization = 0,
            L2Regularization = l2,
            MaximumNumberOfIterations = 300,
            OptimizationTolerance = 1e-5f,
            NumberOfThreads = threads,
            DenseOptimizer = true,
        });

    private (float L2, MaximumEntropyModelParameters? Start) Choose(LabelledVectors train)
    {
        if (l2Candidates.Count == 1)
        {
            return (l2Candidates[0], null);
        }
        var random = RandomStream.For(RandomPurpose.DataSplit, seed);
        var (fit, validation) = StratifiedSplit.Draw(train.Classes, 1 - ValidationFraction, random);
        if (validation.Count == 0)
        {
            return (l2Candidates[l2Candidates.Count / 2], null);
        }
        var validationRows = train.Select(validation);
        var rows = new StandardizedRows(new MLContext(seed), train.Select(fit), validationRows);
        var best = (L2: 0f, Accuracy: -1.0, Model: (MaximumEntropyModelParameters?)null);
        var lowestLoss = double.PositiveInfinity;
        MaximumEntropyModelParameters? last = null;
        foreach (var l2 in l2Candidates.OrderDescending())
        {
            (last, var probabilities) = Fit(rows, l2, last);
            var scores = ClassScores.Of(probabilities, validationRows.Classes);
            if (scores.MicroAccuracy >= best.Accuracy)
            {
                best = (l2, scores.MicroAccuracy, last);
            }
            else if (scores.LogLoss > lowestLoss && best.L2 >= Step * l2)
            {
                break;
            }
            lowestLoss = Math.Min(lowestLoss, scores.LogLoss);
        }
        return (best.L2, best.Model);
    }

    // A context for each fit: its generator then starts from the seed, whatever ran before.
    private (MaximumEntropyModelParameters Model, double[][] Scores) Fit(
        StandardizedRows rows, float l2, MaximumEntropyModelParameters? start)
    {
        var trainer = Trainer(new MLContext(seed), l2, threads: 1);
        var model = start is null ? trainer.Fit(rows.Train) : trainer.Fit(rows.Train, start);
        return (model.Model, StandardizedRows.Scores(model.Transform(rows.Test)));
    }
}
