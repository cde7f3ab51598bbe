using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Pretraining.Monitoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Byol.Benchmarks.Recipes;

/// <summary>What an encoder's embeddings are worth: accuracies in [0, 1], and the effective rank of the bank's embeddings.</summary>
internal sealed record EncoderScores(double Knn, double Linear, double EffectiveRank)
{
    public static EncoderScores Of(MLContext mlContext, ByolEmbeddingTransformer model, ValidationSplit split)
    {
        string[] labels = [.. split.Bank.Select(image => image.Label).Distinct().Order(StringComparer.Ordinal)];
        var bank = Embed(split.Bank);
        var queries = Embed(split.Queries);
        var votes = WeightedKnn.Votes(bank.Features, bank.Classes, queries.Features, labels.Length, WeightedKnn.DefaultNeighbours);
        return new EncoderScores(
            ClassScores.Of(votes, queries.Classes).Micro,
            ClassScores.Of(new LinearClassifier(seed: 0, LbfgsClassifier.DefaultL2Candidates).Probabilities(ByolClassifier.Lbfgs, bank, queries), queries.Classes).Micro,
            Rank(bank.Features));

        LabelledVectors Embed(IReadOnlyList<LabelledImage> images)
        {
            var embedded = model.Transform(ImageFolder.ToDataView(mlContext, images));
            return new LabelledVectors(
                [.. embedded.GetColumn<float[]>("Features")],
                [.. images.Select(image => Array.IndexOf(labels, image.Label))],
                labels.Length);
        }
    }

    private static double Rank(IReadOnlyList<float[]> features)
    {
        using var scope = NewDisposeScope();
        return FeatureDiagnostics.EffectiveRank(tensor(features.SelectMany(row => row).ToArray(), [features.Count, features[0].Length]));
    }
}
