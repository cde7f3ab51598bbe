using Byol.MLNet.Foundation;

namespace Byol.MLNet.Weights;

/// <summary>A run of numbers in a PyTorch file, by the name of its entry.</summary>
internal sealed record PickledStorage(string Type, string Key)
{
    /// <exception cref="InvalidDataException">The reference is not one to a storage.</exception>
    public static PickledStorage Of(object?[]? reference) =>
        reference is ["storage", PickledName { StorageType: { } type }, string key, ..]
            ? new PickledStorage(type, key)
            : throw new InvalidDataException("its pickle refers to something that is not a storage of numbers");
}

/// <summary>A view of a storage.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>A dictionary as it was written: in order, and with keys of any kind, which nothing looks up.</summary>
internal sealed class PickledDictionary
{
    public List<(object? Key, object? Value)> Items { get; } = [];
}

/// <summary>A class or function that a weight file may name.</summary>
internal sealed record PickledName(string Name)
{
    private const string OrderedDictionary = "collections.OrderedDict";
    private const string RebuildTensor = "torch._utils._rebuild_tensor_v2";
    private const string RebuildParameter = "torch._utils._rebuild_parameter";

    // PyTorch's storage classes by the safetensors name of their numbers.
    private static readonly Dictionary<string, string> StorageTypes = new()
    {
        ["torch.FloatStorage"] = "F32",
        ["torch.DoubleStorage"] = "F64",
        ["torch.HalfStorage"] = "F16",
        ["torch.BFloat16Storage"] = "BF16",
        ["torch.LongStorage"] = "I64",
        ["torch.IntStorage"] = "I32",
        ["torch.ByteStorage"] = "U8",
        ["torch.BoolStorage"] = "BOOL",
    };

    public string? StorageType => StorageTypes.GetValueOrDefault(Name);

    /// <exception cref="InvalidDataException">Weight files do not need the name.</exception>
    public static PickledName Require(string module, string name)
    {
        var full = $"{module}.{name}";
        return full is OrderedDictionary or RebuildTensor or RebuildParameter || StorageTypes.ContainsKey(full)
            ? new PickledName(full)
            : throw new InvalidDataException(
                $"it names '{FileText.Show(full)}', which is neither a tensor nor a container; "
                + "such a file could run code in Python and is not read");
    }

    /// <summary>What a call gives.</summary>
    /// <exception cref="InvalidDataException">The arguments are not those that PyTorch writes.</exception>
    public object Make(object?[]? arguments) => (Name, arguments) switch
    {
        (OrderedDictionary, []) => new PickledDictionary(),
        (RebuildParameter, [PickledTensor tensor, ..]) => tensor,
        (RebuildTensor, [PickledStorage storage, long offset, object?[] shape, object?[] strides, ..])
            when shape.All(dimension => dimension is long) && strides.All(stride => stride is long) =>
            new PickledTensor(storage, offset, [.. shape.Cast<long>()], [.. strides.Cast<long>()]),
        _ => throw new InvalidDataException($"it calls '{Name}' in a way that is not known"),
    };
}
