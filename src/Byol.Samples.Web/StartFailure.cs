using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web;

/// <summary>A start that ends by the settings.</summary>
internal static class StartFailure
{
    /// <summary>
    /// It logs a failed start as an error with its trace, which is told by a sentence here or by the runtime, and a
    /// service that fails later as critical too.
    /// </summary>
    public const string LoggedBy = "Microsoft.Extensions.Hosting.Internal.Host";

    /// <summary>Starts the service. Where that fails, what runs of it already ends before the program does.</summary>
    public static async Task StartOrStop(this WebApplication app)
    {
        // First and for all of them: a host that has made no services yet cannot be stopped.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.StopAsync();
            throw;
        }
    }

    /// <summary>
    /// A sentence for who wrote the settings; null where the program is at fault, whose trace is wanted.
    /// </summary>
    public static string? Describe(Exception exception) => exception switch
    {
        OptionsValidationException wrong => string.Join(' ', wrong.Failures),
        AggregateException { InnerExceptions: var all } when all.All(one => one is OptionsValidationException) =>
            string.Join(' ', all.Select(Describe)),
        // A value of another type, a file that is no JSON.
        { Source: { } source } when source.StartsWith("Microsoft.Extensions.Configuration", StringComparison.Ordinal) =>
            exception.Message,
        // The server has no type of exception for addresses that it cannot use.
        { Source: "Microsoft.AspNetCore.Http" or "Microsoft.AspNetCore.Server.Kestrel.Core" }
            or SocketException
            or ArgumentOutOfRangeException { ParamName: "port" } =>
            $"The service cannot listen where Urls says: {exception.Message}",
        _ => null,
    };
}
