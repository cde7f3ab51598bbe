namespace Byol.MLNet.Collectives;

/// <summary>A process on its own.</summary>
internal sealed class SingleProcess : IByolCollective
{
    public static SingleProcess Instance { get; } = new();

    public int Rank => 0;

    public int Size => 1;

    public void Sum(Span<float> values)
    {
    }

    public void Broadcast(Span<byte> values)
    {
    }

    public void Abort(string reason)
    {
    }
}
