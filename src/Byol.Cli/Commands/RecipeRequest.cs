using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>A training as the command line tells it.</summary>
/// <param name="Options">The run; its recipe is settled once the images are known.</param>
/// <param name="Candidates">The recipe that was named, or those that one is chosen from.</param>
/// <param name="IsNamed">Whether it was named.</param>
internal sealed record RecipeRequest(ByolOptions Options, IReadOnlyList<ByolRecipe> Candidates, bool IsNamed)
{
    /// <summary>About the size of the largest file that the encoder may be saved to.</summary>
    public long EncoderBytes => Candidates.Max(recipe => Pretraining.EncoderBytes(With(recipe)));

    /// <summary>Names options that no recipe can be used with, before any image is read.</summary>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public void Validate()
    {
        foreach (var recipe in Candidates)
        {
            try
            {
                Pretraining.Validate(With(recipe));
                return;
            }
            catch (UsageException) when (recipe != Candidates[^1])
            {
                // What another recipe cannot be changed by may suit this one.
            }
        }
    }

    /// <summary>Settles the recipe, and says which one and why where it was not named.</summary>
    /// <exception cref="UsageException">The other options do not go with it.</exception>
    public void Settle(IDataView images, string imageColumn)
    {
        if (IsNamed)
        {
            Options.Recipe = Candidates.Single();
            return;
        }
        var (chosen, reason) = RecipeChoice.For(ImageColumn.MedianShortSide(images, imageColumn));
        Options.Recipe = Candidates.Single(recipe => recipe.Name == chosen.Name);
        Messages.Info($"Recipe: {chosen.Name}, as {reason}.");
        Pretraining.Validate(Options);
    }

    private ByolOptions With(ByolRecipe recipe)
    {
        var options = Options.Clone();
        options.Recipe = recipe;
        return options;
    }
}
