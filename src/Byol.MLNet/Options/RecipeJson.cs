using System.Text.Json;
using System.Text.Json.Nodes;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Options;

/// <summary>
/// A recipe as JSON: what checkpoints and models keep. A value that an older file lacks has its default.
/// </summary>
internal static class RecipeJson
{
    public static string Write(ByolRecipe recipe) => JsonSerializer.Serialize(recipe, JsonFormat.Line);

    /// <exception cref="JsonException">The text is not a recipe, or a value is out of its range.</exception>
    public static ByolRecipe Read(string json)
    {
        var recipe = JsonSerializer.Deserialize<ByolRecipe>(json, JsonFormat.Line)
            ?? throw new JsonException("There is no recipe.");
        RequireRanges(recipe);
        return recipe;
    }

    /// <exception cref="JsonException">A value is out of its range.</exception>
    public static void RequireRanges(ByolRecipe recipe)
    {
        if (OptionsValidator.ValueErrors(recipe).FirstOrDefault() is { } error)
        {
            throw new JsonException(error);
        }
    }

    /// <summary>The values by name, those of the parts included: no two have the same one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Values(ByolRecipe recipe) =>
        Values(JsonSerializer.SerializeToNode(recipe, JsonFormat.Line)!.AsObject());

    /// <summary>The recipe with other values, given by name, those of the parts included.</summary>
    /// <exception cref="KeyNotFoundException">There is no value of a name.</exception>
    public static ByolRecipe With(ByolRecipe recipe, IReadOnlyDictionary<string, object> changes)
    {
        var json = JsonSerializer.SerializeToNode(recipe, JsonFormat.Line)!.AsObject();
        foreach (var (name, value) in changes)
        {
            var key = char.ToLowerInvariant(name[0]) + name[1..];
            var owner = new[] { json }.Concat(json.Select(entry => entry.Value).OfType<JsonObject>())
                .FirstOrDefault(part => part.ContainsKey(key))
                ?? throw new KeyNotFoundException($"A recipe has no value {name}.");
            owner[key] = JsonSerializer.SerializeToNode(value, JsonFormat.Line);
        }
        return json.Deserialize<ByolRecipe>(JsonFormat.Line)!;
    }

    private static IEnumerable<KeyValuePair<string, string>> Values(JsonObject recipe) =>
        recipe.SelectMany(entry => entry.Value switch
    {
        JsonObject part => Values(part),
        var value => [new(char.ToUpperInvariant(entry.Key[0]) + entry.Key[1..], value?.ToString() ?? "null")],
    });
}
