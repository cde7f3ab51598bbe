using Byol.Cli.Data;
using Byol.MLNet;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining.Monitoring;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Byol.Benchmarks.Recipes;

/// <summary>
/// What an encoder's embeddings are worth: accuracies in [0, 1], and the effective rank of the bank's embeddings.
/// </summary>
internal sealed record EncoderScores(double Knn, double Linear, double EffectiveRank)
{
    public static EncoderScores Of(MLContext mlContext, ByolEmbeddingTransformer model, ValidationSplit split)
    {
        var labels = new LabelIndex(split.Bank.Select(image => image.Label));
        var bank = Embed(split.Bank);
        var queries = Embed(split.Queries);
        return new EncoderScores(Accuracy(ByolClassifier.Knn), Accuracy(ByolClassifier.Lbfgs), Rank(bank.Features));

        double Accuracy(ByolClassifier classifier)
        {
            var fitted = ClassifierList.Of(classifier).Create(new ClassifierSettings(Seed: 0));
            return ClassScores.Of(fitted.Probabilities(bank, queries), queries.Classes).MicroAccuracy;
        }

        LabelledVectors Embed(IReadOnlyList<LabelledImage> images)
        {
            var embedded = model.Transform(ImageFolder.ToDataView(mlContext, images));
            return new LabelledVectors(
                [.. embedded.GetColumn<float[]>("Features")],
                labels.NumbersOf(images.Select(image => image.Label)),
                labels.Count);
        }
    }

    private static double Rank(IReadOnlyList<float[]> features)
    {
        using var scope = NewDisposeScope();
        return FeatureDiagnostics.EffectiveRank(
            tensor(features.SelectMany(row => row).ToArray(), [features.Count, features[0].Length]));
    }
}
