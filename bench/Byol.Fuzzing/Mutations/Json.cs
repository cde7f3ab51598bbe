using System.Text.Json.Nodes;

namespace Byol.Fuzzing.Mutations;

/// <summary>Damage to a text that is still JSON, so that readers get past the syntax.</summary>
internal static class Json
{
    private static readonly string[] Values =
    [
        "null", "0", "-1", "1", "2", "7", "0.5", "2147483647", "-2147483648", "1000000000",
        "9223372036854775807", "1e308", "-1e308", "1e30",
        "true", "\"\"", "\"NaN\"", "\"x\"", "\"Infinity\"",
        "[]", "{}", "[null]", "[0]", "[-1]", "[1000000,1000000]", "{\"a\":null}",
        new string('[', 40) + new string(']', 40),
    ];

    public static string Damage(string json, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var root = JsonNode.Parse(json);
            var nodes = Nodes(root).ToArray();
            if (nodes.Length == 0)
            {
                return Values[random.Next(Values.Length)];
            }
            var node = nodes[random.Next(nodes.Length)];
            json = Change(root!, node, random);
        }
        // Last, since what has a key twice cannot be changed as JSON.
        return random.Next(12) == 0 ? Twice(json, random) : json;
    }

    private static string Change(JsonNode root, (JsonNode Parent, object Key) place, Random random)
    {
        var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
        switch (place)
        {
            case (JsonObject parent, string key):
                if (random.Next(4) == 0)
                {
                    parent.Remove(key);
                }
                else
                {
                    parent[key] = Other(root, value, random);
                }
                break;
            case (JsonArray parent, int index):
                if (random.Next(4) == 0)
                {
                    parent.RemoveAt(index);
                }
                else if (random.Next(4) == 0)
                {
                    parent.Insert(index, parent[index]?.DeepClone());
                }
                else
                {
                    parent[index] = Other(root, value, random);
                }
                break;
        }
        return root.ToJsonString();
    }

    // An extreme value, or one from elsewhere in the text.
    private static JsonNode? Other(JsonNode root, JsonNode? value, Random random)
    {
        var nodes = Nodes(root).ToArray();
        var (parent, key) = nodes[random.Next(nodes.Length)];
        return random.Next(3) > 0 ? value : (key is string name ? parent[name] : parent[(int)key])?.DeepClone();
    }

    private static string Twice(string json, Random random)
    {
        var key = JsonNode.Parse(json) is JsonObject { Count: > 0 } root
            ? root.ElementAt(random.Next(root.Count))
            : default;
        var again = $"{JsonValue.Create(key.Key ?? "").ToJsonString()}:{key.Value?.ToJsonString() ?? "null"},";
        return key.Key is null ? json : json.Insert(json.IndexOf('{') + 1, again);
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Nodes(JsonNode? node) => node switch
    {
        JsonObject parent => parent.SelectMany(pair => Nodes(pair.Value).Prepend((parent, pair.Key))),
        JsonArray parent => parent.SelectMany((item, index) => Nodes(item).Prepend((parent, index))),
        _ => [],
    };
}
