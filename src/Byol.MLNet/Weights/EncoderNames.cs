using System.Text.RegularExpressions;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>
/// Finds an encoder's tensors by their names (a ResNet's are torchvision's, which timm shares), whatever prefix a
/// training put in front:
/// <c>module.</c>, <c>backbone.</c>, <c>encoder_q.</c>; and a ResNet's by lightly's, whose backbone is a sequence of
/// numbered parts.
/// </summary>
internal static partial class EncoderNames
{
    private const int NamedInMessages = 5;

    // Parts of torchvision's ResNet in their order, without those that have no weights.
    private static readonly Dictionary<string, string> NumberedParts = new()
    {
        ["0"] = "conv1",
        ["1"] = "bn1",
        ["4"] = "layer1",
        ["5"] = "layer2",
        ["6"] = "layer3",
        ["7"] = "layer4",
    };

    /// <exception cref="InvalidDataException">Tensors are missing, or have another shape.</exception>
    public static (NetworkWeights Encoder, IReadOnlyList<string> Unexpected) Match(
        IReadOnlyDictionary<string, NamedTensor> tensors, IReadOnlyList<TensorSpec> specs)
    {
        var names = specs.Select(spec => spec.Name).ToHashSet();
        var longest = names.Max(name => name.Length);
        // The prefix under which most of the encoder is found: a file may hold a target or momentum network besides.
        var found = tensors.Values.Select(tensor => (Place: Split(tensor.Name, names, longest), Tensor: tensor))
            .Where(entry => entry.Place is not null)
            .GroupBy(entry => entry.Place!.Value.Prefix)
            .OrderByDescending(group => group.Count())
                .ThenBy(group => group.Key, StringComparer.Ordinal)
                .FirstOrDefault()
            ?? throw new InvalidDataException("it holds no tensors of the encoder");
        var prefix = found.Key;
        var own = Own(found.Select(entry => (entry.Place!.Value.Name, entry.Tensor)));

        string[] missing = [.. specs.Where(spec => !own.ContainsKey(spec.Name)).Select(spec => spec.Name)];
        if (missing.Length > 0)
        {
            throw new InvalidDataException(
                $"{missing.Length} of the encoder's {specs.Count} tensors are missing "
                + $"{(prefix.Length > 0 ? $"under '{FileText.Show(prefix)}'" : "in the file")}: {Some(missing)}");
        }
        string[] misshapen =
        [
            .. specs.Where(spec => !own[spec.Name].Shape.SequenceEqual(spec.Shape))
                .Select(spec => $"{spec.Name} is {FileText.Show(own[spec.Name].Shape)}, "
                    + $"and the encoder's {FileText.Show(spec.Shape)}"),
        ];
        if (misshapen.Length > 0)
        {
            throw new InvalidDataException(
                $"{misshapen.Length} tensors have another shape (Backbone, Stem and Width must be the file's): "
                + $"{Some(misshapen)}");
        }
        var ofSpecs = specs.Select(spec => own[spec.Name]);
        if (ofSpecs.FirstOrDefault(tensor => !tensor.Values.All(float.IsFinite)) is { } wrong)
        {
            throw new InvalidDataException(
                $"its tensor '{FileText.Show(wrong.Name)}' holds values that are not finite");
        }
        var used = specs.Select(spec => own[spec.Name].Name).ToHashSet();
        return (
            new NetworkWeights(specs, spec => own[spec.Name].Values),
            [.. tensors.Keys.Where(name => !used.Contains(name))]);
    }

    /// <summary>The first few names, and how many more there are.</summary>
    public static string Some(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(NamedInMessages).Select(FileText.Show))
        + (names.Count > NamedInMessages ? $" and {names.Count - NamedInMessages} more" : "");

    private static Dictionary<string, NamedTensor> Own(IEnumerable<(string Name, NamedTensor Tensor)> found)
    {
        var own = new Dictionary<string, NamedTensor>();
        foreach (var (name, tensor) in found)
        {
            if (!own.TryAdd(name, tensor))
            {
                throw new InvalidDataException(
                    $"'{FileText.Show(own[name].Name)}' and '{FileText.Show(tensor.Name)}' "
                    + $"are both the encoder's '{name}'");
            }
        }
        return own;
    }

    private static (string Prefix, string Name)? Split(string name, HashSet<string> encoder, int longest)
    {
        // Numbered parts first: behind their number, their names end like torchvision's.
        if (NumberedName().Match(name) is { Success: true } numbered
            && NumberedParts.TryGetValue(numbered.Groups["part"].Value, out var part))
        {
            var place = numbered.Groups["part"];
            var torchvision = part + name[(place.Index + place.Length)..];
            if (encoder.Contains(torchvision))
            {
                return (name[..place.Index], torchvision);
            }
        }
        for (var start = 0; start >= 0; start = name.IndexOf('.', start) is var dot and >= 0 ? dot + 1 : -1)
        {
            // A name of many dots would else be copied once for each.
            if (name.Length - start <= longest && encoder.Contains(name[start..]))
            {
                return (name[..start], name[start..]);
            }
        }
        return null;
    }

    [GeneratedRegex(
        @"^(?:.*?\.)?backbone\.(?<part>[014567])\.(?:\d+\.(?:conv[1-3]|bn[1-3]|downsample\.[01])\.)?"
        + @"(?:weight|bias|running_mean|running_var)$")]
    private static partial Regex NumberedName();
}
