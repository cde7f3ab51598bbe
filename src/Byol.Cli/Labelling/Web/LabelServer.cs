using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Byol.Cli.Labelling.Web;

/// <summary>The page's server.</summary>
internal static class LabelServer
{
    // Of a picture to search by; whatever else is sent is smaller.
    private const long LargestBody = 20_000_000;

    /// <summary>A server that listens, with what guards it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<(WebApplication App, Safeguards Safeguards)> StartAsync(
        LabelApi api, IPAddress address, int port, CancellationToken cancellation)
    {
        // The empty one: a settings file in the working folder has no say in who is listened to.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LargestBody;
            options.Listen(address, port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        var app = builder.Build();
        Safeguards? safeguards = null;
        app.Use(next => context => safeguards!.Check(context, next));
        app.Use(next => context => Answers.Catch(context, next));
        app.UseRouting();
        api.Map(app);
        await app.StartAsync(cancellation);
        safeguards = new Safeguards(address, new Uri(app.Urls.Single()).Port);
        return (app, safeguards);
    }
}
