using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Byol.MLNet;

namespace Byol.Cli.Commands;

/// <summary>
/// Every settable value of <see cref="ByolOptions"/> as a command-line option of the same name (<c>BatchSize</c> is <c>--batch-size</c>),
/// over a recipe. Descriptions are the properties' own documentation.
/// </summary>
internal sealed class RecipeArguments
{
    private static readonly Dictionary<string, Func<ByolOptions>> Recipes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fast"] = ByolOptions.Fast,
        ["fast-photographs"] = ByolOptions.FastPhotographs,
        ["paper"] = ByolOptions.Paper,
        ["walkthrough"] = ByolOptions.Walkthrough,
    };

    private readonly Option<string> _recipe;
    private readonly List<(PropertyInfo Property, Option<string> Option)> _options = [];

    public RecipeArguments(Command command, string defaultRecipe)
    {
        _recipe = new Option<string>("--recipe")
        {
            Description = $"The recipe that the other options change. Default: {defaultRecipe}.",
            DefaultValueFactory = _ => defaultRecipe,
            HelpName = string.Join('|', Recipes.Keys),
        };
        _recipe.AcceptOnlyFromAmong([.. Recipes.Keys]);
        command.Options.Add(_recipe);
        var documentation = RecipeDocumentation.Read();
        var defaults = Recipes[defaultRecipe]();
        foreach (var property in OptionNames.All)
        {
            var option = new Option<string>(OptionNames.Of(property.Name))
            {
                Description = $"{documentation.GetValueOrDefault(property.Name)}{Default(property.GetValue(defaults))}",
                HelpName = HelpName(property.PropertyType),
                Arity = property.PropertyType == typeof(bool) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            option.Validators.Add(result => Check(result, property, option));
            command.Options.Add(option);
            _options.Add((property, option));
        }
    }

    /// <summary>The recipe with the given changes.</summary>
    public ByolOptions Read(ParseResult result)
    {
        var options = Recipes[result.GetValue(_recipe)!]();
        foreach (var (property, option) in _options)
        {
            if (result.GetResult(option) is { } given)
            {
                // A switch alone means true.
                property.SetValue(options, Convert(given.GetValueOrDefault<string>() ?? bool.TrueString, property.PropertyType));
            }
        }
        return options;
    }

    private static string Default(object? value) => value switch
    {
        null or "" => "",
        bool flag => $" Default: {(flag ? "true" : "false")}.",
        Enum choice => $" Default: {OptionNames.Kebab(choice.ToString())}.",
        ByolBackbone backbone => $" Default: {backbone.Name}.",
        double number => string.Create(CultureInfo.InvariantCulture, $" Default: {number:G4}."),
        _ => string.Create(CultureInfo.InvariantCulture, $" Default: {value}."),
    };

    private static void Check(OptionResult result, PropertyInfo property, Option<string> option)
    {
        var text = result.GetValueOrDefault<string>() ?? bool.TrueString;
        try
        {
            Convert(text, property.PropertyType);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            result.AddError($"{option.Name} is '{text}'; it must be {Expected(property.PropertyType)}.");
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
            return ByolBackbone.BuiltIn.FirstOrDefault(backbone => Same(backbone.Name, text)) ?? throw new FormatException();
        }
        if (!type.IsEnum)
        {
            return TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text)!;
        }
        var name = Enum.GetNames(type).FirstOrDefault(name => Same(name, text)) ?? throw new FormatException();
        return Enum.Parse(type, name);
    }

    private static bool Same(string name, string text) =>
        string.Equals(name, text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    private static string Expected(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan) ? Durations.Expected : HelpName(type);

    private static string HelpName(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            { IsEnum: true } => string.Join("|", Enum.GetNames(type).Select(OptionNames.Kebab)),
            _ when type == typeof(ByolBackbone) => string.Join('|', ByolBackbone.BuiltIn),
            _ when type == typeof(bool) => "true|false",
            _ when type == typeof(double) => "number",
            _ when type == typeof(string) => "path",
            _ when type == typeof(TimeSpan) => "time",
            _ => "integer",
        };
    }
}
