using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Byol.Cli.Labelling.Web;

/// <summary>The page's server.</summary>
internal sealed class LabelServer : IAsyncDisposable
{
    // Of a picture to search by; whatever else is sent is smaller.
    private const long LargestBody = 20_000_000;

    // A browser keeps the digits of the classes by the page's address.
    private const int UsualPort = 8484;
    private const int AnyPort = 0;

    private readonly WebApplication _app;

    private LabelServer(WebApplication app, string address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>Where the page is, with the token.</summary>
    public string Address { get; }

    /// <summary>A server that listens; without a port, where it did the last time if that is free.</summary>
    /// <exception cref="IOException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<LabelServer> StartAsync(
        LabelApi api, IPAddress address, int? port, CancellationToken cancellation)
    {
        try
        {
            return await ListenAsync(api, address, port ?? UsualPort, cancellation);
        }
        catch (IOException) when (port is null)
        {
            return await ListenAsync(api, address, AnyPort, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<LabelServer> ListenAsync(
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
        // The port is known once it listens.
        var safeguards = new Lazy<Safeguards>(() => new Safeguards(address, new Uri(app.Urls.Single()).Port));
        app.Use(next => context => safeguards.Value.Check(context, next));
        app.Use(next => context => Answers.Catch(context, next));
        app.UseRouting();
        api.Map(app);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (SocketException exception)
        {
            await app.DisposeAsync();
            throw new IOException($"The page cannot be served on {address}: {exception.Message}.", exception);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new LabelServer(app, safeguards.Value.Address);
    }
}
