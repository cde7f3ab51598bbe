using System.Text.RegularExpressions;
using System.Xml.Linq;
using Byol.MLNet;

namespace Byol.Cli.Commands;

/// <summary>The library's own documentation of its options, in the command line's words.</summary>
internal static partial class RecipeDocumentation
{
    /// <summary>Meaning and range by the property's name.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        var file = Path.ChangeExtension(typeof(ByolOptions).Assembly.Location, ".xml");
        return !File.Exists(file)
            ? new Dictionary<string, string>()
            : XDocument.Load(file).Descendants("member")
                .Where(member => Owner(member.Attribute("name")!.Value) is not null)
                .DistinctBy(member => NameOf(member.Attribute("name")!.Value))
                .ToDictionary(member => NameOf(member.Attribute("name")!.Value), Describe);
    }

    private static string Describe(XElement member)
    {
        var references = member.Descendants("see")
            .Where(reference => reference.Attribute("cref") is not null)
            .ToArray();
        foreach (var reference in references)
        {
            reference.ReplaceWith(Name(reference.Attribute("cref")!.Value.Split('(')[0]));
        }
        // The default is the recipe's, which the property's own need not be.
        var range = Range().Match(member.Element("value")?.Value ?? "").Value;
        var text = Spaces().Replace($"{member.Element("summary")?.Value} {range}", " ").Trim();
        // On a command line a value that is null is an option that is not given.
        return text.Replace("Null ", "Without it: ", StringComparison.Ordinal)
            .Replace("; null ", "; without it: ", StringComparison.Ordinal);
    }

    private static string NameOf(string reference) => reference.Split('.')[^1];

    // Where an option stands in two types, what the run says of it counts.
    private static Type? Owner(string reference) => OptionNames.All
        .FirstOrDefault(
            property => reference == $"P:{property.DeclaringType!.FullName}.{property.Name}")?.DeclaringType;

    // P: a property, F: an enum's value.
    private static string Name(string reference)
    {
        var name = NameOf(reference);
        return reference switch
        {
            _ when Owner(reference) is not null
                || reference == $"P:{typeof(ByolRecipe).FullName}.{nameof(ByolRecipe.Epochs)}" =>
                OptionNames.Of(name),
            _ when BackboneOf(name) is { } backbone
                && reference == $"P:{typeof(ByolBackbone).FullName}.{name}" => backbone.Name,
            ['F', ..] => OptionNames.Kebab(name),
            _ when reference.StartsWith($"P:{typeof(ByolRecipe).FullName}.", StringComparison.Ordinal) =>
                $"--recipe {OptionNames.Kebab(name)}",
            _ => name,
        };
    }

    private static ByolBackbone? BackboneOf(string property) =>
        typeof(ByolBackbone).GetProperty(property)?.GetGetMethod() is { IsStatic: true } getter
            ? getter.Invoke(null, null) as ByolBackbone
            : null;

    [GeneratedRegex("Range: .*")]
    private static partial Regex Range();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
