using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Byol.MLNet;

namespace Byol.Samples.Commands;

/// <summary>
/// Every settable value of <see cref="ByolOptions"/> as a command-line option of the same name (<c>BatchSize</c> is <c>--batch-size</c>),
/// over a recipe. Descriptions are the properties' own documentation.
/// </summary>
internal sealed partial class RecipeArguments
{
    private static readonly Dictionary<string, Func<ByolOptions>> Recipes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fast"] = ByolOptions.Fast,
        ["fast-photographs"] = ByolOptions.FastPhotographs,
        ["paper"] = ByolOptions.Paper,
        ["walkthrough"] = ByolOptions.Walkthrough,
    };

    // Options that are better known by a shorter name.
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(ByolOptions.CheckpointDirectory)] = "checkpoint",
        [nameof(ByolOptions.InitialWeights)] = "init",
        [nameof(ByolOptions.MaxTrainingTime)] = "time-budget",
        [nameof(ByolOptions.TensorBoardDirectory)] = "tensorboard",
    };

    private readonly Option<string> _recipe;
    private readonly List<(PropertyInfo Property, Option<string> Option)> _options = [];

    public RecipeArguments(Command command, string defaultRecipe)
    {
        _recipe = new Option<string>("--recipe")
        {
            Description = "The recipe that the options below change.",
            DefaultValueFactory = _ => defaultRecipe,
        };
        _recipe.AcceptOnlyFromAmong([.. Recipes.Keys]);
        command.Options.Add(_recipe);
        var documentation = Documentation();
        foreach (var property in typeof(ByolOptions).GetProperties().Where(property => property.Name != nameof(ByolOptions.Recipe) && IsValue(property.PropertyType)))
        {
            var option = new Option<string>($"--{Names.GetValueOrDefault(property.Name, Kebab(property.Name))}")
            {
                Description = documentation.GetValueOrDefault(property.Name),
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

    private static bool IsValue(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum || type == typeof(int) || type == typeof(long) || type == typeof(double) || type == typeof(bool) || type == typeof(string) || type == typeof(TimeSpan)
            || type == typeof(ByolBackbone);
    }

    private static string Expected(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan) ? Durations.Expected : HelpName(type);

    private static string HelpName(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            { IsEnum: true } => string.Join("|", Enum.GetNames(type).Select(Kebab)),
            _ when type == typeof(ByolBackbone) => string.Join('|', ByolBackbone.BuiltIn),
            _ when type == typeof(bool) => "true|false",
            _ when type == typeof(double) => "number",
            _ when type == typeof(string) => "path",
            _ when type == typeof(TimeSpan) => "time (90s, 20m, 1.5h, 2d)",
            _ => "integer",
        };
    }

    private static Dictionary<string, string> Documentation()
    {
        var file = Path.ChangeExtension(typeof(ByolOptions).Assembly.Location, ".xml");
        const string prefix = "P:Byol.MLNet.ByolOptions.";
        return !File.Exists(file)
            ? []
            : XDocument.Load(file).Descendants("member")
                .Where(member => member.Attribute("name")!.Value.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(member => member.Attribute("name")!.Value[prefix.Length..], Describe);
    }

    private static string Describe(XElement member)
    {
        foreach (var reference in member.Descendants("see").Where(reference => reference.Attribute("cref") is not null).ToArray())
        {
            reference.ReplaceWith(reference.Attribute("cref")!.Value.Split('(')[0].Split('.')[^1]);
        }
        // The default is the recipe's, which the property's own need not be.
        var range = Range().Match(member.Element("value")?.Value ?? "").Value;
        return Spaces().Replace($"{member.Element("summary")?.Value} {range}", " ").Trim();
    }

    // BatchSize is batch-size, Conv3x3Stride2 is conv3x3-stride2; names that are one word in print stay one.
    private static string Kebab(string name) =>
        IsOneWord(name) ? name.ToLowerInvariant() : UpperCase().Replace(name, match => (match.Index > 0 ? "-" : "") + match.Value.ToLowerInvariant());

    private static bool IsOneWord(string name) =>
        name is nameof(ByolPrecision.BFloat16) or nameof(ByolUnreadableImage.NaN) or nameof(ByolOptimizer.AdamW);

    [GeneratedRegex("(?<=[a-z])[A-Z]|(?<=[0-9])[A-Z](?=[a-z]{2})|^[A-Z]")]
    private static partial Regex UpperCase();

    [GeneratedRegex("Range: .*")]
    private static partial Regex Range();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
