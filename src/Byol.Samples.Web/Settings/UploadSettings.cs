using System.ComponentModel.DataAnnotations;

namespace Byol.Samples.Web.Settings;

/// <summary>The section <c>Uploads</c>: what a request may cost.</summary>
internal sealed class UploadSettings
{
    public const string Section = "Uploads";

    [Range(1, 1 << 30, ErrorMessage = "Uploads:MaxBytes is a number from 1 to 1073741824.")]
    public int MaxBytes { get; set; } = 10 << 20;

    /// <summary>A JPEG of more is decoded at a reduced size, any other picture of more is refused.</summary>
    [Range(1, 1 << 30, ErrorMessage = "Uploads:MaxPixels is a number from 1 to 1073741824.")]
    public int MaxPixels { get; set; } = 40_000_000;

    /// <summary>From the first byte of a request to its answer.</summary>
    [Range(
        typeof(TimeSpan), "00:00:01", "01:00:00",
        ErrorMessage = "Uploads:Timeout is a time from 00:00:01 to 01:00:00.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A body that comes more slowly, for longer than five seconds, is given up.</summary>
    [Range(1, 1 << 30, ErrorMessage = "Uploads:MinBytesPerSecond is a number from 1 to 1073741824.")]
    public int MinBytesPerSecond { get; set; } = 1_000;

    [Range(1, 100_000, ErrorMessage = "Uploads:MaxConnections is a number from 1 to 100000.")]
    public int MaxConnections { get; set; } = 200;
}
