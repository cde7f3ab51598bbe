using Byol.Samples.Web.Engines;
using Byol.Samples.Web.Models;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Byol.Samples.Web.Tests.Support;

/// <summary>The service, with settings of the test's own.</summary>
internal sealed class Service : WebApplicationFactory<Program>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, string> _settings;
    private readonly bool _hasEngines;

    private Service(Dictionary<string, string> settings, bool hasEngines)
    {
        (_settings, _hasEngines) = (settings, hasEngines);
    }

    public LogLines Lines { get; } = new();

    public ModelStore Models => Services.GetRequiredService<ModelStore>();

    /// <summary>A service that is ready, or where the settings name no model that is there, one that listens.</summary>
    public static async Task<Service> Start(params (string Name, string Value)[] settings)
    {
        var service = Create(settings);
        if (File.Exists(service._settings["Model:Path"]))
        {
            await service.WaitUntil(() => service.Models.IsLoaded || service.Lines.Any("is not served"));
        }
        return service;
    }

    public static Service Create(params (string Name, string Value)[] settings) => new(WithDefaults(settings), true);

    /// <summary>A service whose engines do not run, so that pictures wait until <see cref="StartEngines"/>.</summary>
    public static async Task<Service> StartWithoutEngines(params (string Name, string Value)[] settings)
    {
        var service = new Service(WithDefaults(settings), hasEngines: false);
        await service.WaitUntil(() => service.Models.IsLoaded);
        return service;
    }

    public async Task<IHostedService> StartEngines()
    {
        var engines = ActivatorUtilities.CreateInstance<EngineThreads>(Services);
        await engines.StartAsync(CancellationToken.None);
        return engines;
    }

    /// <summary>Waits for what must come sooner or later.</summary>
    public async Task WaitUntil(Func<bool> holds)
    {
        _ = Services;
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (name, value) in _settings)
        {
            builder.UseSetting(name, value);
        }
        builder.ConfigureLogging(logging => logging.AddProvider(Lines));
        if (!_hasEngines)
        {
            builder.ConfigureTestServices(services => services.Remove(
                services.Single(service => service.ImplementationType == typeof(EngineThreads))));
        }
    }

    private static Dictionary<string, string> WithDefaults((string Name, string Value)[] settings) =>
        new[] { (Name: "Model:Path", Value: ModelFiles.First), (Name: "Model:PollInterval", Value: "00:00:00.02") }
            .Where(usual => settings.All(setting => setting.Name != usual.Name))
            .Concat(settings)
            .ToDictionary(setting => setting.Name, setting => setting.Value);
}
