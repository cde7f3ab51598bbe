using Microsoft.ML;

namespace Byol.Cli.Data;

/// <summary>How an image's label is found.</summary>
internal enum LabelSource
{
    /// <summary>The file's name up to the last <c>_NUMBER</c>.</summary>
    Name,

    /// <summary>The name of the folder that the file is in.</summary>
    Folder,
}

/// <summary>An image file with its label, as ML.NET reads it.</summary>
internal sealed class LabelledImage
{
    public string Image { get; set; } = "";

    public string Label { get; set; } = "";
}

/// <summary>Labels and rows of image files.</summary>
internal static class ImageFolder
{
    /// <summary>The images under a folder, without a word about what else is in it.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image.</exception>
    public static IReadOnlyList<LabelledImage> Read(DirectoryInfo folder, LabelSource labels = LabelSource.Folder) =>
        FolderContents.Read(folder, labels).Images;

    public static IDataView ToDataView(MLContext mlContext, IEnumerable<LabelledImage> images) =>
        mlContext.Data.LoadFromEnumerable<LabelledImage>([.. images]);

    /// <summary>A seeded random sample over all images, never the first ones.</summary>
    public static IEnumerable<LabelledImage> Sample(IReadOnlyList<LabelledImage> images, int count, int seed)
    {
        var order = images.ToArray();
        new Random(seed).Shuffle(order);
        return order.Take(count);
    }

    /// <summary>
    /// A data set's name: its folder's, or the parent's where the folder is only a part (train, test).
    /// </summary>
    public static string NameOf(DirectoryInfo folder) =>
        folder.Name is "train" or "test" or "val" && folder.Parent is { } parent ? parent.Name : folder.Name;

    /// <exception cref="InvalidDataException">The file's name has no label.</exception>
    public static string LabelOf(FileInfo file, LabelSource labels)
    {
        if (labels == LabelSource.Folder)
        {
            return file.Directory!.Name;
        }
        var name = Path.GetFileNameWithoutExtension(file.Name);
        var cut = name.LastIndexOf('_');
        return cut > 0 && name[(cut + 1)..].All(char.IsAsciiDigit) && cut < name.Length - 1
            ? name[..cut]
            : throw new InvalidDataException($"'{file.FullName}' has no label: its name must end in _NUMBER.");
    }
}
