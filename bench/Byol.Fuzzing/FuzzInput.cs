namespace Byol.Fuzzing;

/// <summary>One or more files that belong together, by name, and the sound ones that they were made from.</summary>
internal sealed record FuzzInput(string[] Names, byte[][] Parts, byte[][] Origin)
{
    public long Length => Parts.Sum(part => (long)part.Length);

    public static FuzzInput Of(string name, byte[] damaged, byte[] origin) => new([name], [damaged], [origin]);

    /// <summary>Writes the files into a folder of their own.</summary>
    public void Write(string folder)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            var path = Path.Combine(folder, Names[i]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Parts[i]);
        }
    }

    public FuzzInput With(int part, byte[] bytes) =>
        this with { Parts = [.. Parts.Select((old, i) => i == part ? bytes : old)] };
}
