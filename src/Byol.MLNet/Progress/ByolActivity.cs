namespace Byol.MLNet;

/// <summary>What a fit is busy with beside its training steps.</summary>
/// <param name="Kind">With what.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is; null where the data do not say.</param>
public sealed record ByolActivity(ByolActivityKind Kind, long Done, long? Total);
