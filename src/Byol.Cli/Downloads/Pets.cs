namespace Byol.Cli.Downloads;

/// <summary>
/// Oxford-IIIT Pets (Parkhi et al. 2012): BREED_NUMBER.jpg, and the official lists <c>trainval.txt</c> and
/// <c>test.txt</c>.
/// </summary>
internal static class Pets
{
    public const string ImagesMd5 = "5c4f3ee8e5d25df40f4fd59a7f44e54c";
    public const string AnnotationsMd5 = "95a8c909bbe2e81eed6a22bccdf3f68f";

    private static readonly string[] Lists = ["trainval.txt", "test.txt"];

    public static Uri ImagesAddress { get; } = new("https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz");

    public static Uri AnnotationsAddress { get; } = new(
        "https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz");

    /// <exception cref="InvalidDataException">An archive is damaged.</exception>
    public static int Unpack(
        FileInfo images, FileInfo annotations, DirectoryInfo folder, CancellationToken cancellation = default)
    {
        folder.Create();
        var count = 0;
        Archive.ReadFiles(images, (name, data) =>
        {
            // The archive also has hidden files of the system that it was made on.
            if (name.EndsWith(".jpg", StringComparison.Ordinal) && !name.StartsWith('.'))
            {
                Write(name, data);
                count++;
            }
        }, cancellation);
        Archive.ReadFiles(annotations, (name, data) =>
        {
            if (Lists.Contains(name))
            {
                Write(name, data);
            }
        }, cancellation);
        return count;

        void Write(string name, Stream data)
        {
            using var file = File.Create(Path.Combine(folder.FullName, name));
            data.CopyTo(file);
        }
    }
}
