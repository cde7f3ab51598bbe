using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Evaluation.Search;

/// <summary>Rows to train on and other rows to score on.</summary>
internal sealed record Fold(LabelledVectors Train, LabelledVectors Validation)
{
    private const double TrainFraction = 0.8;

    /// <summary>Stratified folds of few rows; one stratified split of many.</summary>
    public static IReadOnlyList<Fold> Draw(LabelledVectors rows, ByolExperimentSettings settings)
    {
        if (rows.Features.Count > settings.CrossValidationRows)
        {
            var (train, validation) = StratifiedSplit.Draw(
                rows.Classes, TrainFraction, RandomStream.For(RandomPurpose.DataSplit, settings.Seed));
            return [new Fold(rows.Select(train), rows.Select(validation))];
        }
        // Every class's rows are dealt out in turn, so that each fold has its share, and no class is missing from
        // training.
        var order = Enumerable.Range(0, rows.Features.Count).ToArray();
        RandomStream.For(RandomPurpose.DataSplit, settings.Seed).Shuffle<int>(order);
        var foldOf = new int[order.Length];
        foreach (var (row, i) in order.OrderBy(row => rows.Classes[row]).Select((row, i) => (row, i)))
        {
            foldOf[row] = i % settings.Folds;
        }
        return
        [
            .. Enumerable.Range(0, settings.Folds)
                .Select(fold => order.ToLookup(row => foldOf[row] == fold))
                .Where(isValidation => isValidation.Contains(true))
                .Select(isValidation =>
                    new Fold(rows.Select([.. isValidation[false]]), rows.Select([.. isValidation[true]]))),
        ];
    }
}
