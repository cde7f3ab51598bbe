using System.Reflection;
using Byol.MLNet;

namespace Byol.Cli.Commands;

/// <summary>Options that were given and would do nothing: without a word they are taken to have worked.</summary>
internal static class IgnoredArguments
{
    /// <param name="given">The options that were given.</param>
    /// <param name="candidates">The recipes that they may change.</param>
    /// <exception cref="UsageException">One of them does nothing in any of these.</exception>
    public static void Refuse(IEnumerable<PropertyInfo> given, IReadOnlyList<ByolRecipe> candidates)
    {
        string[] errors = [.. given.Select(property => Error(property, candidates)).OfType<string>()];
        if (errors.Length > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, errors));
        }
    }

    private static string? Error(PropertyInfo property, IReadOnlyList<ByolRecipe> candidates)
    {
        var option = OptionNames.Of(property.Name);
        var isOfTeacher = property.DeclaringType == typeof(ByolTeachingRecipe)
            || property.Name == nameof(ByolOptions.Teacher);
        if (isOfTeacher && candidates.All(recipe => recipe.Method == ByolPretrainingMethod.Byol))
        {
            return $"{option} does not go with --method byol, which has no teacher; --recipe taught has one.";
        }
        var isOfLayers = property.Name is nameof(ByolEncoderRecipe.Stem) or nameof(ByolEncoderRecipe.Width);
        return isOfLayers && candidates.All(recipe => recipe.Encoder.Backbone == ByolBackbone.OfStart)
            ? $"{option} does not go with --backbone start, which takes all layers from the file."
            : null;
    }
}
