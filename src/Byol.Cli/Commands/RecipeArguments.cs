using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Byol.MLNet;
using Byol.MLNet.Options;

namespace Byol.Cli.Commands;

/// <summary>
/// Every value of <see cref="ByolOptions"/> and of a <see cref="ByolRecipe"/> as a command-line option of the same name
/// (<c>BatchSize</c>
/// is <c>--batch-size</c>), over a recipe. Descriptions are the properties' own documentation.
/// </summary>
internal sealed class RecipeArguments
{
    private readonly Option<string> _recipe;
    private readonly List<(PropertyInfo Property, Option<string> Option)> _options = [];

    public RecipeArguments(Command command, string defaultRecipe)
    {
        _recipe = new Option<string>("--recipe")
        {
            Description = $"The recipe that the other options change. Default: {defaultRecipe}.",
            DefaultValueFactory = _ => defaultRecipe,
            HelpName = string.Join('|', ByolRecipe.BuiltIn.Select(recipe => recipe.Name)),
        };
        _recipe.AcceptOnlyFromAmong([.. ByolRecipe.BuiltIn.Select(recipe => recipe.Name)]);
        command.Options.Add(_recipe);
        var documentation = RecipeDocumentation.Read();
        var recipe = Find(defaultRecipe);
        foreach (var property in OptionNames.All)
        {
            var option = new Option<string>(OptionNames.Of(property.Name))
            {
                Description =
                    $"{documentation.GetValueOrDefault(property.Name)}{Default(OptionNames.ValueOf(property, recipe))}",
                HelpName = HelpName(property.PropertyType),
                Arity = property.PropertyType == typeof(bool) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            option.Validators.Add(result => Check(result, property, option));
            command.Options.Add(option);
            _options.Add((property, option));
        }
    }

    /// <summary>The recipe and the run with the given changes.</summary>
    public ByolOptions Read(ParseResult result)
    {
        var options = new ByolOptions();
        var changes = new Dictionary<string, object>();
        foreach (var (property, option) in _options)
        {
            if (result.GetResult(option) is { } given)
            {
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
        options.Recipe = RecipeJson.With(Find(result.GetValue(_recipe)!), changes);
        return options;
    }

    private static ByolRecipe Find(string name) => ByolRecipe.BuiltIn.Single(recipe => recipe.Name == name);

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
            return ByolBackbone.BuiltIn.Append(ByolBackbone.OfStart)
                .FirstOrDefault(backbone => Same(backbone.Name, text))
                ?? throw new FormatException();
        }
        if (type == typeof(ByolWeights))
        {
            return CommonOptions.Weights(text);
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
