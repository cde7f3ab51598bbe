using System.ComponentModel.DataAnnotations;

namespace Byol.Samples.Web.Settings;

/// <summary>The section <c>Model</c>: the files that are served.</summary>
internal sealed class ModelSettings
{
    public const string Section = "Model";

    /// <summary>The saved pipeline. It may come after the service has started, which is not ready until then.</summary>
    [Required(ErrorMessage = "Model:Path is missing: it names the file that mlContext.Model.Save wrote.")]
    public string Path { get; set; } = "";

    /// <summary>The CSV file that <c>byol embed</c> wrote, for <c>/similar</c>.</summary>
    /// <value>Null where there is none, as an empty environment variable says too.</value>
    public string? Index
    {
        get;
        set => field = string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>How often the files are looked at for a change.</summary>
    [Range(
        typeof(TimeSpan), "00:00:00.01", "01:00:00",
        ErrorMessage = "Model:PollInterval is a time from 00:00:00.01 to 01:00:00.")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}
