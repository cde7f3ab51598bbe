namespace Byol.Cli.Labelling;

/// <summary>The file of labels, and what lies beside it.</summary>
internal sealed record LabelFiles(FileInfo Labels)
{
    public string Embeddings => $"{Stem}.embeddings";

    public string Classifier => $"{Stem}.classifier.zip";

    public string Export => $"{Stem}.labelled";

    // photos of photos.labels.csv
    private string Stem
    {
        get
        {
            var name = Path.GetFileNameWithoutExtension(Labels.Name);
            var stem = name.EndsWith(".labels", StringComparison.Ordinal) ? name[..^".labels".Length] : name;
            return Path.Combine(Labels.DirectoryName!, stem);
        }
    }
}
