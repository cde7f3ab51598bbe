using Byol.MLNet.Foundation;

namespace Byol.MLNet.Pretraining;

/// <summary>The recipe of a run.</summary>
internal static class RecipeChoice
{
    /// <summary>From this median short side in pixels on, images count as photographs.</summary>
    public const int PhotographSide = 96;

    /// <summary>The recipes that one is chosen from: a student's where there is a teacher, else those that begin with
    /// random weights.</summary>
    public static IReadOnlyList<ByolRecipe> Candidates => HasTeacher
        ? [ByolRecipe.Taught]
        : [ByolRecipe.Fast, ByolRecipe.FastPhotographs];

    private static bool HasTeacher => ByolWeights.ImageNetResNet18.Exists;

    /// <summary>
    /// The recipe that was asked for, or that suits the images, of the length that the run is to have.
    /// </summary>
    /// <param name="options">What the run is told.</param>
    /// <param name="shortSide">The images' median short side in pixels; null where none can be read.</param>
    public static ByolRecipe Of(ByolOptions options, Lazy<int?> shortSide)
    {
        var recipe = options.Recipe ?? For(shortSide).Recipe;
        return recipe with { Epochs = options.Epochs ?? recipe.Epochs };
    }

    /// <summary>The recipe that suits images of a median short side in pixels, and why.</summary>
    public static (ByolRecipe Recipe, string Reason) For(Lazy<int?> shortSide) => For(shortSide, HasTeacher);

    /// <summary>The same, where it is known whether the ImageNet network is beside the program.</summary>
    public static (ByolRecipe Recipe, string Reason) For(Lazy<int?> shortSide, bool hasTeacher) =>
        hasTeacher
            ? (ByolRecipe.Taught, "the ImageNet network is beside the program")
            : shortSide.Value switch
            {
                null => (ByolRecipe.Fast, "the size of no picture can be read"),
                var side => (
                    side >= PhotographSide ? ByolRecipe.FastPhotographs : ByolRecipe.Fast,
                    $"the pictures' median short side is {side} px"),
            };

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
}
