using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Globalization;
using Byol.MLNet;
using Byol.MLNet.Options;
using Byol.MLNet.Pretraining;

namespace Byol.Cli.Commands;

/// <summary>
/// Every value of <see cref="ByolOptions"/> and of a <see cref="ByolRecipe"/> as a command-line option of the same name
/// (<c>BatchSize</c>
/// is <c>--batch-size</c>), over a recipe.
/// </summary>
internal sealed class RecipeArguments
{
    private readonly Option<string?> _recipe;
    private readonly Option<double?> _scale = new("--scale-batch")
    {
        Description =
            "Batches so many times as large, with learning rate and τ to match (Busbridge et al. 2023); for several "
            + "processes.",
        HelpName = "number",
    };

    private readonly string? _default;
    private readonly List<RecipeOption> _options = [];

    /// <param name="command">The command that gets the options.</param>
    /// <param name="defaultRecipe">The recipe where none is given; null chooses one by the images.</param>
    public RecipeArguments(Command command, string? defaultRecipe)
    {
        _default = defaultRecipe;
        _recipe = new Option<string?>("--recipe")
        {
            Description = $"The recipe that the other options change. Default: {defaultRecipe ?? ChoiceByImages}.",
            HelpName = string.Join('|', ByolRecipe.BuiltIn.Select(recipe => recipe.Name)),
        };
        _recipe.AcceptOnlyFromAmong([.. ByolRecipe.BuiltIn.Select(recipe => recipe.Name)]);
        command.Options.Add(_recipe);
        _scale.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not > 0)
            {
                result.AddError("--scale-batch must be above 0.");
            }
        });
        command.Options.Add(_scale);
        var recipes = Candidates(name: null);
        foreach (var property in OptionNames.All)
        {
            var option = new RecipeOption(property, recipes)
            {
                HelpName = HelpName(property.PropertyType),
                Arity = property.PropertyType == typeof(bool) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            option.Validators.Add(result => Check(result, option));
            command.Options.Add(option);
            _options.Add(option);
        }
    }

    private static string ChoiceByImages =>
        $"{ByolRecipe.Taught.Name} where the ImageNet network is beside the program, else "
        + $"{ByolRecipe.FastPhotographs.Name} where the pictures' median short side is "
        + $"{RecipeChoice.PhotographSide} px or more, else {ByolRecipe.Fast.Name}";

    /// <summary>The run with the given changes, and its recipe, which is known beforehand.</summary>
    public ByolOptions Read(ParseResult result)
    {
        var request = Request(result);
        request.Options.Recipe = request.Candidates.Single();
        return request.Options;
    }

    /// <summary>The run with the given changes, whose recipe may have to be chosen yet.</summary>
    public RecipeRequest Request(ParseResult result)
    {
        var options = new ByolOptions();
        var changes = new Dictionary<string, object>();
        foreach (var option in _options)
        {
            if (result.GetResult(option) is { } given)
            {
                var property = option.Property;
                // A switch alone means true.
                var value = Convert(given.GetValueOrDefault<string>() ?? bool.TrueString, property.PropertyType);
                if (property.DeclaringType!.IsInstanceOfType(options))
                {
                    property.SetValue(options, value);
                }
                else
                {
                    changes.Add(property.Name, value);
                }
            }
        }
        var name = result.GetValue(_recipe) ?? _default;
        var scale = result.GetValue(_scale) ?? 1;
        ByolRecipe[] candidates =
            [.. Candidates(name).Select(recipe => RecipeJson.With(recipe.ScaleBatch(scale), changes))];
        IgnoredArguments.Refuse(
            _options.Where(option => result.GetResult(option) is not null).Select(option => option.Property),
            candidates);
        return new RecipeRequest(options, candidates, name is not null);
    }

    private IReadOnlyList<ByolRecipe> Candidates(string? name) => (name ?? _default) is { } known
        ? [ByolRecipe.BuiltIn.Single(recipe => recipe.Name == known)]
        : RecipeChoice.Candidates;

    private static void Check(OptionResult result, RecipeOption option)
    {
        var text = result.GetValueOrDefault<string>() ?? bool.TrueString;
        try
        {
            Convert(text, option.Property.PropertyType);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            result.AddError($"{option.Name} is '{text}'; it must be {Expected(option.Property.PropertyType)}.");
        }
    }

    private static object Convert(string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(TimeSpan))
        {
            return Durations.TryParse(text, out var time) ? time : throw new FormatException();
        }
        if (type == typeof(ByolBackbone))
        {
            return ByolBackbone.BuiltIn.Append(ByolBackbone.OfStart)
                .FirstOrDefault(backbone => Same(backbone.Name, text))
                ?? throw new FormatException();
        }
        if (type == typeof(ByolWeights))
        {
            return (ByolWeights)text;
        }
        if (!type.IsEnum)
        {
            return TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text)!;
        }
        var name = NamesOf(type).FirstOrDefault(name => Same(name, text)) ?? throw new FormatException();
        return Enum.Parse(type, name);
    }

    // NaN is an embedding's: training leaves such an image out, as by Skip.
    private static IEnumerable<string> NamesOf(Type type) =>
        Enum.GetNames(type).Where(name => name != nameof(ByolUnreadableImage.NaN));

    private static bool Same(string name, string text) =>
        string.Equals(name, text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    private static string Expected(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan) ? Durations.Expected : HelpName(type);

    private static string HelpName(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            { IsEnum: true } => string.Join("|", NamesOf(type).Select(OptionNames.Kebab)),
            _ when type == typeof(ByolBackbone) => string.Join('|', ByolBackbone.BuiltIn.Append(ByolBackbone.OfStart)),
            _ when type == typeof(ByolWeights) => CommonOptions.WeightsHelpName,
            _ when type == typeof(bool) => "true|false",
            _ when type == typeof(double) => "number",
            _ when type == typeof(string) => "path",
            _ when type == typeof(TimeSpan) => "time",
            _ => "integer",
        };
    }
}
