using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Byol.MLNet;

namespace Byol.Cli.Commands;

/// <summary>A value of <see cref="ByolOptions"/> or of a <see cref="ByolRecipe"/> on the command line.</summary>
/// <param name="property">The value.</param>
/// <param name="recipes">The recipes that it may change.</param>
internal sealed class RecipeOption(PropertyInfo property, IReadOnlyList<ByolRecipe> recipes)
    : Option<string>(OptionNames.Of(property.Name))
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Documentation = new(RecipeDocumentation.Read);

    public PropertyInfo Property { get; } = property;

    /// <summary>The property's own documentation and its default; made when it is asked for, as reading it takes longer
    /// than all else that a command needs to start.</summary>
    public string Explanation => $"{Documentation.Value.GetValueOrDefault(Property.Name)}{Default}";

    private string Default
    {
        get
        {
            var values = recipes.Select(recipe => (recipe.Name, Text: Text(OptionNames.ValueOf(Property, recipe))))
                .ToArray();
            return values switch
            {
                [(_, ""), ..] => "",
                _ when values.All(value => value.Text == values[0].Text) => $" Default: {values[0].Text}.",
                _ => $" Default: {string.Join(", ", values.Select(value => $"{value.Text} ({value.Name})"))}.",
            };
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        Enum choice => OptionNames.Kebab(choice.ToString()),
        ByolBackbone backbone => backbone.Name,
        double number => number.ToString("G4", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
