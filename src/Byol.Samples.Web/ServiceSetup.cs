using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Endpoints;
using Byol.Samples.Web.Engines;
using Byol.Samples.Web.Models;
using Byol.Samples.Web.Settings;
using Byol.Samples.Web.Uploads;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web;

/// <summary>What the service is made of.</summary>
internal static class ServiceSetup
{
    // A form's boundaries and headers around the file.
    private const int FormBytes = 16 << 10;

    private static readonly TimeSpan SlowBodyGrace = TimeSpan.FromSeconds(5);

    public static void AddPredictions(this IServiceCollection services)
    {
        services.AddSettings<ModelSettings>(ModelSettings.Section);
        services.AddSettings<EngineSettings>(EngineSettings.Section);
        services.AddSettings<UploadSettings>(UploadSettings.Section);
        services.AddSingleton<ServiceMetrics>();
        services.AddSingleton<ModelStore>().AddHostedService<ModelWatcher>();
        services.AddSingleton<PredictionQueue>().AddHostedService<EngineThreads>();
        services.AddSingleton<UploadReader>().AddSingleton<PictureDecoder>();
        services.AddHealthChecks().AddCheck<ModelCheck>("model");
    }

    public static void AddLimits(this IServiceCollection services)
    {
        services.AddExceptionHandler<RefusalHandler>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = Problems.AddSentence);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<UploadSettings>>((timeouts, uploads) =>
            timeouts.DefaultPolicy = Problems.Timeout(uploads.Value.Timeout));
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<UploadSettings>>((kestrel, uploads) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = uploads.Value.MaxBytes + FormBytes;
            kestrel.Limits.MaxConcurrentConnections = uploads.Value.MaxConnections;
            kestrel.Limits.MinRequestBodyDataRate = new(uploads.Value.MinBytesPerSecond, SlowBodyGrace);
        });
    }

    private static void AddSettings<TSettings>(this IServiceCollection services, string section)
        where TSettings : class
    {
        services.AddSingleton<IValidateOptions<TSettings>, SettingsCheck<TSettings>>();
        services.AddOptions<TSettings>().BindConfiguration(section).ValidateOnStart();
    }
}
