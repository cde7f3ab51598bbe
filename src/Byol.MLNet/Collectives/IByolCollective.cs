using Byol.MLNet.Collectives;

namespace Byol.MLNet;

/// <summary>
/// The processes that train one encoder together: each takes its part of every batch, and their gradients are added
/// up. All members are called by all processes, in the same order.
/// </summary>
public interface IByolCollective
{
    /// <summary>This process on its own, whatever started it: for programs whose processes train different
    /// encoders.</summary>
    static IByolCollective Alone => SingleProcess.Instance;

    /// <summary>Which process this is, from 0. Process 0 alone logs, reports and writes files.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Replaces each value by its sum over all processes; all get the same bytes.</summary>
    /// <param name="values">As many values in each process.</param>
    void Sum(Span<float> values);

    /// <summary>Replaces the bytes by those of process 0.</summary>
    /// <param name="values">As many bytes in each process.</param>
    void Broadcast(Span<byte> values);

    /// <summary>Ends all processes, as this one cannot go on.</summary>
    /// <param name="reason">What happened, for people to read.</param>
    void Abort(string reason);
}
