using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Settings;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Models;

/// <summary>
/// The model that is served. Another takes its place while requests run; each ends on the one it began on.
/// </summary>
internal sealed class ModelStore(
    IOptions<ModelSettings> model, IOptions<EngineSettings> engines, ServiceMetrics metrics, ILogger<ModelStore> logger)
    : IDisposable
{
    private LoadedModel? _current;

    public bool IsLoaded => Volatile.Read(ref _current) is not null;

    /// <summary>The model, which the caller releases; null where none is loaded.</summary>
    public LoadedModel? Use()
    {
        // One that is freed between the two lines has been replaced.
        while (Volatile.Read(ref _current) is { } current)
        {
            if (current.TryUse())
            {
                return current;
            }
        }
        return null;
    }

    /// <summary>Serves what the files hold now. Where that cannot be used, what was served stays.</summary>
    public void Load()
    {
        var path = model.Value.Path;
        try
        {
            var loaded = LoadedModel.Load(
                File.ReadAllBytes(path), model.Value.Index, engines.Value.Count, logger.ModelFreed);
            logger.ModelLoaded(path, loaded.Classes.Count, engines.Value.Count);
            Replace(loaded);
            metrics.Swapped(loaded: true);
        }
        catch (Exception exception) when (
            exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            if (IsLoaded)
            {
                logger.ModelRefused(path, exception.Message);
            }
            else
            {
                logger.FirstModelRefused(path, exception.Message);
            }
            metrics.Swapped(loaded: false);
        }
    }

    public void Dispose() => Replace(null);

    private void Replace(LoadedModel? loaded) => Interlocked.Exchange(ref _current, loaded)?.Release();
}
