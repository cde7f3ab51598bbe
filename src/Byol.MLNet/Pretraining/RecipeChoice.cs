using Byol.MLNet.Foundation;
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

    /// <summary>Says where another stem would suit the size of the pictures.</summary>
    public static void WarnAboutStem(ByolRecipe recipe, ITrainingLog log)
    {
        if (recipe.Encoder is { Stem: ByolStem.Standard, ImageSize: < 64 } encoder)
        {
            log.Warning(
                $"The standard stem shrinks a picture of {encoder.ImageSize} px "
                + $"to {Math.Max(encoder.ImageSize / 32, 1)} px before the last layers; "
                + $"Stem = {nameof(ByolStem.Conv3x3Stride2)} usually learns more from pictures of less than 64 px.");
        }
    }

    private static ByolRecipe Suiting(IDataView images, string imageColumn) =>
        ImageStoreLoader.MedianShortSide(images, imageColumn) >= PhotographSide
            ? ByolRecipe.FastPhotographs
            : ByolRecipe.Fast;
}
