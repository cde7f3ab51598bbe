namespace Byol.MLNet.Tests;

/// <summary>Changes to the recipe of given options.</summary>
internal static class RecipeChanges
{
    public static void Change(this ByolOptions options, Func<ByolRecipe, ByolRecipe> change) =>
        options.Recipe = change(options.Recipe!);
}
