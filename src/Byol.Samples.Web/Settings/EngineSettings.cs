using System.ComponentModel.DataAnnotations;

namespace Byol.Samples.Web.Settings;

/// <summary>The section <c>Engines</c>: how many pictures are predicted at once, and how many may wait.</summary>
internal sealed class EngineSettings
{
    public const string Section = "Engines";

    /// <summary>Engines, each with a thread of its own.</summary>
    /// <value>The default value is the number of processor cores.</value>
    [Range(1, 256, ErrorMessage = "Engines:Count is a number from 1 to 256.")]
    public int Count { get; set; } = Environment.ProcessorCount;

    /// <summary>Pictures that wait for an engine; a request beyond them gets 429.</summary>
    [Range(1, 10_000, ErrorMessage = "Engines:QueueLength is a number from 1 to 10000.")]
    public int QueueLength { get; set; } = 64;

    /// <summary>Pictures that an engine takes from the queue at once, at most.</summary>
    [Range(1, 128, ErrorMessage = "Engines:BatchSize is a number from 1 to 128.")]
    public int BatchSize { get; set; } = 8;
}
