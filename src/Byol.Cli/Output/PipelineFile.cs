using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.Cli.Output;

/// <summary>
/// A saved pipeline: a temporary file that a command can load again, and the file that was asked for, where one was.
/// </summary>
internal sealed class PipelineFile(FileInfo? asked) : IDisposable
{
    /// <summary>
    /// The temporary file, gone in the end: what was asked for may be a pipe, which cannot be read again.
    /// </summary>
    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), $"byol-pipeline-{Guid.NewGuid():N}.zip");

    /// <exception cref="IOException">The file that was asked for cannot be written.</exception>
    public void Save(MLContext mlContext, ITransformer model, DataViewSchema schema)
    {
        mlContext.Model.Save(model, schema, Path);
        if (asked is not null)
        {
            AtomicFile.Write(asked.FullName, stream =>
            {
                using var saved = File.OpenRead(Path);
                saved.CopyTo(stream);
            });
        }
    }

    public void Dispose() => File.Delete(Path);
}
