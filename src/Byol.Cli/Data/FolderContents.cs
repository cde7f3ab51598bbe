using System.Globalization;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Data;

/// <summary>The images of a folder, and what else is in it.</summary>
/// <param name="Images">The images, ordered by their path.</param>
/// <param name="Skipped">What is no image of the run.</param>
/// <param name="Duplicates">How many of the images are byte for byte another.</param>
internal sealed record FolderContents(
    IReadOnlyList<LabelledImage> Images, IReadOnlyList<SkippedFile> Skipped, int Duplicates)
{
    private const int NamedTypes = 5;

    /// <summary>Walks the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image, or a label is missing.</exception>
    public static FolderContents Read(
        DirectoryInfo folder, LabelSource labels, FolderWalk? walk = null, CancellationToken cancellation = default)
    {
        if (!folder.Exists)
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist.");
        }
        var (files, skipped) = (walk ?? new FolderWalk(cancellation: cancellation)).Walk(folder);
        var looked = files.AsParallel()
            .AsOrdered()
            .WithCancellation(cancellation)
            .Select(file => (File: file, Content: FileContent.Of(file)))
            .ToArray();
        var found = looked.Where(file => file.Content.Kind is null).ToArray();
        LabelledImage[] images =
        [
            .. found.Select(file => new LabelledImage
            {
                Image = file.File.FullName,
                Label = ImageFolder.LabelOf(file.File, labels),
            }),
        ];
        var contents = new FolderContents(
            images,
            [
                .. skipped,
                .. from file in looked
                   where file.Content.Kind is not null
                   select new SkippedFile(file.File.FullName, file.Content.Kind!.Value, file.Content.Reason),
            ],
            EqualFiles.CountRepeated(
                found.Select(file => (file.File.FullName, file.Content.Beginning)), cancellation));
        return images.Length > 0
            ? contents
            : throw new InvalidDataException(
                $"The folder '{folder}' holds no image that can be read: {contents.Describe()}.");
    }

    /// <summary>How many of a kind were passed over.</summary>
    public int Count(SkippedKind kind) => Skipped.Count(file => file.Kind == kind);

    /// <summary>Endings of the other types, the most frequent first, with their number.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> OtherTypes() =>
    [
        .. Skipped.Where(file => file.Kind == SkippedKind.OtherType)
            .CountBy(file => file.Reason.Length > 0 ? file.Reason : "no ending")
            .OrderByDescending(type => type.Value)
            .ThenBy(type => type.Key, StringComparer.Ordinal),
    ];

    /// <summary>All of it in one line.</summary>
    public string Describe()
    {
        var types = OtherTypes();
        var named = string.Join(
            ", ",
            types.Take(NamedTypes)
                .Select(type => string.Create(CultureInfo.InvariantCulture, $"{type.Key} {type.Value}")));
        var others = types.Count == 0 ? "" : $" ({named}{(types.Count > NamedTypes ? ", …" : "")})";
        var labels = Images.Select(image => image.Label).Distinct().Count();
        var line =
            $"{Counted.Text(Images.Count, "image")} of {Counted.Text(labels, "label")}, "
            + $"{Count(SkippedKind.Unreadable)} unreadable, "
            + $"{types.Sum(type => type.Value)} of other types{others}, "
            + $"{Count(SkippedKind.Hidden)} hidden, {Counted.Text(Duplicates, "duplicate")}";
        return line + Part(SkippedKind.Link, "repeating link") + Part(SkippedKind.Forbidden, "forbidden folder");

        string Part(SkippedKind kind, string name) => Count(kind) is var count && count > 0
            ? $", {Counted.Text(count, name)}"
            : "";
    }
}
