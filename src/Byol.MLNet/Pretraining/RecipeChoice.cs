using Byol.MLNet.Images;
using Microsoft.ML;

namespace Byol.MLNet.Pretraining;

/// <summary>The recipe of a run.</summary>
internal static class RecipeChoice
{
    // From this median short side in pixels on, images count as photographs.
    private const int PhotographSide = 96;

    /// <summary>
    /// The recipe that was asked for, or that suits the images, of the length that the run is to have.
    /// </summary>
    public static ByolRecipe Of(ByolOptions options, IDataView images, string imageColumn)
    {
        var recipe = options.Recipe ?? Suiting(images, imageColumn);
        return recipe with { Epochs = options.Epochs ?? recipe.Epochs };
    }

    private static ByolRecipe Suiting(IDataView images, string imageColumn) =>
        ImageStoreLoader.MedianShortSide(images, imageColumn) >= PhotographSide
            ? ByolRecipe.FastPhotographs
            : ByolRecipe.Fast;
}
