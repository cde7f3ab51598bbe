using Byol.MLNet.Encoders;

namespace Byol.MLNet.Pretraining.Methods;

/// <summary>
/// What of an encoder learns, and when: groups of its parameters, of which each has its learning rate.
/// </summary>
/// <param name="architecture">The encoder's layers.</param>
/// <param name="prefix">Put, with a dot, before its tensors' names.</param>
/// <param name="adaptation">What the recipe says.</param>
internal sealed class EncoderGroups(
    EncoderArchitecture architecture, string prefix, ByolAdaptationRecipe adaptation)
{
    /// <summary>The group of what learns from the first step on.</summary>
    public const int Head = 0;

    private const int Warming = -1;
    private const int Frozen = -2;

    private readonly HashSet<string> _frozen =
        [.. FrozenOf(architecture, adaptation).SelectMany(layer => layer.Tensors()).Select(spec => spec.Name)];

    /// <summary>Layers of the encoder, from its first on, that never learn.</summary>
    public int FrozenLayers { get; } = FrozenOf(architecture, adaptation).Count();

    /// <summary>The group of a tensor.</summary>
    public int Of(TensorSpec spec)
    {
        var start = $"{prefix}.";
        if (!spec.Name.StartsWith(start, StringComparison.Ordinal))
        {
            return Head;
        }
        var isFrozen = _frozen.Contains(spec.Name[start.Length..])
            || (adaptation.TrainsBatchNormOnly && spec.Role == TensorRole.Weight);
        return isFrozen ? Frozen : adaptation.HeadWarmup > 0 ? Warming : Head;
    }

    /// <summary>Whether the encoder learns at a position of the run, and not the heads alone.</summary>
    public bool TrainsEncoder(SchedulePosition position) =>
        position.Position >= adaptation.HeadWarmup * position.Total;

    /// <summary>Factor on the learning rate of a group.</summary>
    public double LearningRateFactor(int group, SchedulePosition position) => group switch
    {
        Frozen => 0,
        Warming => TrainsEncoder(position) ? 1 : 0,
        _ => 1,
    };

    private static IEnumerable<EncoderLayer> FrozenOf(
        EncoderArchitecture architecture, ByolAdaptationRecipe adaptation) =>
        architecture.Layers.Take(architecture.LayersBefore(adaptation.TrainedStages));
}
