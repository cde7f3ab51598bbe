using Byol.MLNet.Classifiers;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>One of ML.NET's multiclass trainers, on standardised features.</summary>
/// <param name="seed">Its context's seed.</param>
/// <param name="trainer">Makes the trainer for a number of training rows.</param>
internal sealed class TrainerClassifier(int seed, Func<MLContext, int, IEstimator<ITransformer>> trainer) : IClassifier
{
    public IReadOnlyList<double[]> Probabilities(LabelledVectors train, LabelledVectors test)
    {
        // A context for each fit: its generator then starts from the seed, whatever ran before.
        var mlContext = new MLContext(seed);
        var rows = new StandardizedRows(mlContext, train, test);
        return StandardizedRows.Scores(trainer(mlContext, train.Features.Count).Fit(rows.Train).Transform(rows.Test));
    }
}
