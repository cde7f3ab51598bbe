using Byol.Cli.Data;

namespace Byol.Benchmarks.Recipes;

/// <summary>
/// Training images in three parts: every 25th is a query, every fifth of the rest is in the bank, and all but the
/// queries pretrain.
/// </summary>
internal sealed class ValidationSplit(IReadOnlyList<LabelledImage> images)
{
    private const int QueryEvery = 25;
    private const int BankEvery = 5;

    public IReadOnlyList<LabelledImage> Pretraining { get; } = [.. images.Where((_, i) => i % QueryEvery != 1)];

    public IReadOnlyList<LabelledImage> Bank { get; } = [.. images.Where((_, i) => i % BankEvery == 0)];

    public IReadOnlyList<LabelledImage> Queries { get; } = [.. images.Where((_, i) => i % QueryEvery == 1)];
}
