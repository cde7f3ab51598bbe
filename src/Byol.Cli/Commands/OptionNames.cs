using System.Reflection;
using System.Text.RegularExpressions;
using Byol.MLNet;
using Byol.MLNet.Options;

namespace Byol.Cli.Commands;

/// <summary>
/// The names that the library's options have on the command line (<c>BatchSize</c> is <c>--batch-size</c>), and its
/// texts with them.
/// </summary>
internal static partial class OptionNames
{
    // Options that are better known by a shorter name.
    private static readonly Dictionary<string, string> Short = new()
    {
        [nameof(ByolOptions.CheckpointDirectory)] = "checkpoint",
        [nameof(ByolOptions.MaxTrainingTime)] = "time-budget",
        [nameof(ByolOptions.TensorBoardDirectory)] = "tensorboard",
    };

    private static readonly (string Library, string Program)[] Sentences =
    [
        ("MLContext.GpuDeviceId", "--gpu"),
        ("set FallbackToCpu to", "leave --gpu out to"),
        ("or set FallbackToCpu", "or leave --gpu out"),
        ("set Resume to go on", "give --resume to go on"),
        ("a Tau nearer to 1", "a --tau nearer to 1"),
        ("Stem = Conv3x3Stride2", "--stem conv3x3-stride2"),
    ];

    // A command's encoder embeds each picture once.
    private const string OfTransformers = nameof(ByolOptions.EmbeddingMemoryBytes);

    /// <summary>The options that can be written on a command line: those of a run, then those of a recipe.</summary>
    public static IReadOnlyList<PropertyInfo> All { get; } =
    [
        .. typeof(ByolOptions).GetProperties()
            .Where(property => IsValue(property.PropertyType) && property.Name != OfTransformers),
        .. RecipeValues(typeof(ByolRecipe))
            .Where(property => property.Name is not (nameof(ByolRecipe.Name) or nameof(ByolRecipe.Epochs))),
    ];

    private static readonly HashSet<string> Properties = [.. All.Select(property => property.Name)];

    /// <summary>The value that an option has where it is not given.</summary>
    public static object? ValueOf(PropertyInfo property, ByolRecipe recipe)
    {
        var run = new ByolOptions { Epochs = recipe.Epochs, Seed = Pretraining.DefaultSeed };
        object[] owners = [run, recipe, .. Parts(recipe)];
        return property.GetValue(owners.First(property.DeclaringType!.IsInstanceOfType));
    }

    private static IEnumerable<object> Parts(ByolRecipe recipe) => typeof(ByolRecipe).GetProperties()
        .Where(property => IsPart(property.PropertyType))
        .Select(property => property.GetValue(recipe)!);

    private static bool IsPart(Type type) => type != typeof(ByolRecipe) && type.IsAssignableTo(typeof(IRecipePart));

    private static IEnumerable<PropertyInfo> RecipeValues(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => IsPart(property.PropertyType) ? RecipeValues(property.PropertyType)
            : IsValue(property.PropertyType) ? [property]
            : []);

    public static string Of(string property) => $"--{Short.GetValueOrDefault(property, Kebab(property))}";

    /// <summary>
    /// BatchSize is batch-size, Conv3x3Stride2 is conv3x3-stride2; a capital that no small letter follows begins no
    /// word: AdamW is adamw.
    /// </summary>
    public static string Kebab(string name) => WordStart().Replace(name, "-$0").ToLowerInvariant();

    /// <summary>A message of the options' own check, whose every name of an option is one.</summary>
    public static string TranslateCheck(string text) =>
        Word().Replace(text, match => Properties.Contains(match.Value) ? Of(match.Value) : match.Value);

    /// <summary>
    /// Any text of the library: what is quoted stays, and so do names that are words of the language too (Width, Seed),
    /// but where a run's options are compared with a checkpoint's.
    /// </summary>
    public static string Translate(string text)
    {
        foreach (var (library, program) in Sentences)
        {
            text = text.Replace(library, program, StringComparison.Ordinal);
        }
        return Word().Replace(
            text,
            match => Properties.Contains(match.Value)
                && (match.Value.Count(char.IsUpper) > 1 || IsCompared(text.AsSpan(match.Index + match.Length)))
                    ? Of(match.Value)
                    : match.Value);
    }

    private static bool IsCompared(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf(';');
        return rest.StartsWith(" is ")
            && (end < 0 ? rest : rest[..end]).Contains(", the checkpoint's is", StringComparison.Ordinal);
    }

    private static bool IsValue(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum
            || type == typeof(int)
            || type == typeof(long)
            || type == typeof(double)
            || type == typeof(bool)
            || type == typeof(string)
            || type == typeof(TimeSpan)
            || type == typeof(ByolBackbone)
            || type == typeof(ByolWeights);
    }

    [GeneratedRegex("(?<=[a-z])[A-Z](?=[a-z])|(?<=[0-9])[A-Z](?=[a-z]{2})")]
    private static partial Regex WordStart();

    // Text in quotation marks is a file's name or a value.
    [GeneratedRegex(@"(?<=^|[\s(])'[^']*'|(?<![\w./\\-])[A-Z]\w+\b")]
    private static partial Regex Word();
}
