using System.Globalization;

/// <summary>A row: an image file, labelled with the name of its folder.</summary>
public sealed class Photo
{
    public string ImagePath { get; set; } = "";
    public string Label { get; set; } = "";

    public static IEnumerable<Photo> In(string folder) => Directory
        .EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(path => new Photo { ImagePath = path, Label = Path.GetFileName(Path.GetDirectoryName(path)!) });
}

public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";
    public float[] Features { get; set; } = [];

    public override string ToString() => string.Join(
        ' ', [PredictedLabel, .. Features.Select(value => value.ToString("R", CultureInfo.InvariantCulture))]);
}
