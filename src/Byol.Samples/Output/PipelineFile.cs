namespace Byol.Samples.Output;

/// <summary>Where a pipeline is saved: the file that was asked for, or a temporary one that is gone in the end.</summary>
internal sealed class PipelineFile(FileInfo? asked) : IDisposable
{
    public string Path { get; } = asked?.FullName ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"byol-pipeline-{Guid.NewGuid():N}.zip");

    public void Dispose()
    {
        if (asked is null)
        {
            File.Delete(Path);
        }
    }
}
