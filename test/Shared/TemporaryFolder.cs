namespace Byol.MLNet.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("byol-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>Makes a folder the system's one for temporary files while an action runs.</summary>
    public static void Use(string path, Action action)
    {
        // The variable that Path.GetTempPath reads.
        var name = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, path);
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }
}
