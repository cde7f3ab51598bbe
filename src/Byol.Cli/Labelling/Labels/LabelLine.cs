namespace Byol.Cli.Labelling.Labels;

/// <summary>One line of a labels file.</summary>
/// <param name="Path">The image's path below the folder, with slashes.</param>
/// <param name="Label">The label; null where it was taken back.</param>
/// <param name="Time">When it was given.</param>
internal sealed record LabelLine(string Path, string? Label, DateTime Time);
