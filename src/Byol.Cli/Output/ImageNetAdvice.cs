using Byol.MLNet;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;

namespace Byol.Cli.Output;

/// <summary>What to do where the frozen ImageNet network does better than the encoder that was trained.</summary>
internal static class ImageNetAdvice
{
    /// <summary>A sentence for each data set on which it does, by the best classifier of each.</summary>
    public static IEnumerable<string> Of(IEnumerable<EvaluationRow> rows) => rows
        .GroupBy(row => row.Data)
        .Select(group => (
            Data: group.Key, ImageNet: Best(group, FeatureSets.ImageNet), Trained: Best(group, FeatureSets.Trained)))
        .Where(best => best.ImageNet?.MicroAccuracy > best.Trained?.MicroAccuracy)
        .Select(best =>
            $"On {Printable.Escape(best.Data)} the frozen ImageNet network is ahead, {Show(best.ImageNet!)}, of the "
            + $"trained encoder, {Show(best.Trained!)}: take that network as it is where accuracy counts (--model "
            + $"{ByolWeights.ImageNetResNet18}; in the library, LoadByolEmbedding with "
            + $"{nameof(ByolWeights)}.{nameof(ByolWeights.ImageNetResNet18)}), or train with --recipe taught where a "
            + "service must be quick.");

    private static EvaluationRow? Best(IEnumerable<EvaluationRow> rows, string features) =>
        rows.Where(row => row.Features == features).MaxBy(row => row.MicroAccuracy);

    private static string Show(EvaluationRow row) =>
        $"{Results.Percent(row.MicroAccuracy)} with {ClassifierList.Of(row.Classifier).Name}";
}
