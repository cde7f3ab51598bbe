namespace Byol.MLNet.Pretraining.Optimizers;

/// <summary>The rule that a recipe asks for.</summary>
internal static class UpdateRules
{
    public static IUpdateRule Create(ByolOptimizationRecipe recipe) => recipe.Optimizer switch
    {
        ByolOptimizer.Adam => new Adam(recipe.Beta2, recipe.Epsilon),
        ByolOptimizer.AdamW => new AdamW(recipe.Beta2, recipe.Epsilon),
        ByolOptimizer.Lars => new Lars(recipe.TrustCoefficient),
        ByolOptimizer.Sgd => new Sgd(),
        _ => throw new ArgumentOutOfRangeException(nameof(recipe), $"There is no optimiser {recipe.Optimizer}."),
    };
}
