namespace Byol.Cli.Output;

/// <summary>
/// A folder of this process's own for temporary files: ML.NET, ONNX Runtime and the library's own files all go there,
/// and it goes with the process, also where Ctrl+C ends that in the middle.
/// </summary>
internal static class TemporaryFolder
{
    // Before the variable below names another folder, whoever asks first.
    static TemporaryFolder()
    {
        System = Path.GetTempPath();
    }

    /// <summary>The system's own folder, whose files stay.</summary>
    public static string System { get; }

    /// <summary>Lets <see cref="Path.GetTempPath"/> name the new folder from here on.</summary>
    public static void Use()
    {
        try
        {
            var folder = Directory.CreateTempSubdirectory("byol-").FullName;
            foreach (var name in (string[])(OperatingSystem.IsWindows() ? ["TMP", "TEMP"] : ["TMPDIR"]))
            {
                Environment.SetEnvironmentVariable(name, folder);
            }
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Whoever needs a temporary file says so; many commands need none.
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Windows keeps a file that a thread still has open.
        }
    }
}
