using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Settings;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Models;

/// <summary>
/// Looks at the files again and again, since notifications do not come through every mounted folder, and loads them
/// when they have changed and then stayed as they are for one interval.
/// </summary>
internal sealed class ModelWatcher(ModelStore store, IOptions<ModelSettings> settings, ILogger<ModelWatcher> logger)
    : BackgroundService
{
    private readonly record struct Stamps(DateTime Model, long Length, DateTime Index, long IndexLength);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Value.PollInterval);
        var path = settings.Value.Path;
        if (!File.Exists(path))
        {
            logger.ModelMissing(path);
        }
        var (loaded, before) = (default(Stamps), Look());
        do
        {
            var now = Look();
            if (now == before && now != loaded && File.Exists(path))
            {
                loaded = now;
                store.Load();
            }
            before = now;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private Stamps Look()
    {
        var (model, modelLength) = Stamp(settings.Value.Path);
        var (index, indexLength) = settings.Value.Index is { } file ? Stamp(file) : default;
        return new Stamps(model, modelLength, index, indexLength);
    }

    private static (DateTime Written, long Length) Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
