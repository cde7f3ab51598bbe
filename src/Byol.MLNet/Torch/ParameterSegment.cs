namespace Byol.MLNet.Torch;

/// <summary>A run of a flat parameter buffer.</summary>
internal sealed record ParameterSegment(int Group, bool IsWeight, long Offset, long Count);
