namespace Byol.Samples;

#region photo
public sealed class Photo
{
    public string ImagePath { get; set; } = "";
    public string Label { get; set; } = "";

    public static IEnumerable<Photo> In(string folder) => Directory
        .EnumerateFiles(folder, "*.jpg", SearchOption.AllDirectories)
        .Select(path => new Photo { ImagePath = path, Label = Path.GetFileName(Path.GetDirectoryName(path)!) });
}
#endregion

#region prediction
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";
    public float[] Score { get; set; } = [];
}
#endregion
