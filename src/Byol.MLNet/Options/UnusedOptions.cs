using System.Globalization;
using System.Reflection;

namespace Byol.MLNet.Options;

/// <summary>Values that would do nothing, or not what they are for, beside the others.</summary>
internal static class UnusedOptions
{
    private static readonly ByolTeachingRecipe NoTeaching = new();

    /// <summary>What of a recipe is for a teacher, where it has none.</summary>
    public static IEnumerable<string> Errors(ByolRecipe recipe) =>
        recipe is { Method: ByolPretrainingMethod.Byol, Teaching: { } teaching }
        ? typeof(ByolTeachingRecipe).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !Equals(property.GetValue(teaching), property.GetValue(NoTeaching)))
            .Select(property => WithoutTeacher(property.Name, property.GetValue(teaching)))
        : [];

    /// <summary>What of a run's options is for a network that it does not have.</summary>
    public static IEnumerable<string> Errors(ByolOptions options)
    {
        var method = options.Recipe?.Method
            ?? (ByolWeights.ImageNetResNet18.Exists ? ByolPretrainingMethod.Taught : ByolPretrainingMethod.Byol);
        if (method == ByolPretrainingMethod.Byol && options.Teacher is { } teacher
            && teacher != ByolWeights.ImageNetResNet18)
        {
            yield return WithoutTeacher(nameof(options.Teacher), $"'{teacher}'");
        }
        if (options is not { Start: null, Recipe: { Adaptation: { } adaptation } recipe } || HasStart(recipe))
        {
            yield break;
        }
        if (adaptation.TrainedStages is { } stages)
        {
            yield return $"{nameof(adaptation.TrainedStages)} is {stages}, but there is no Start: "
                + "the other stages would stay random.";
        }
        if (adaptation.TrainsBatchNormOnly)
        {
            yield return $"{nameof(adaptation.TrainsBatchNormOnly)} is true, but there is no Start: "
                + "the other weights would stay random.";
        }
        if (adaptation.HeadWarmup > 0)
        {
            yield return $"{nameof(adaptation.HeadWarmup)} is {Text(adaptation.HeadWarmup)}, but there is no Start: "
                + "random weights have nothing to be spared.";
        }
        if (adaptation.KeepsBetter)
        {
            yield return $"{nameof(adaptation.KeepsBetter)} is true, but there is no Start that could be kept.";
        }
    }

    private static bool HasStart(ByolRecipe recipe) => recipe.Encoder?.Backbone == ByolBackbone.OfStart
        || recipe is { Method: ByolPretrainingMethod.Taught, Teaching.StartsFromTeacher: true };

    private static string WithoutTeacher(string name, object? value) =>
        $"{name} is {Text(value)}, but {nameof(ByolRecipe.Method)} is {nameof(ByolPretrainingMethod.Byol)}, "
        + "which has no teacher.";

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
