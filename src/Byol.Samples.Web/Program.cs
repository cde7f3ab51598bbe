#region service
using Byol.Samples.Web;
using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Endpoints;

OnnxTelemetry.Disable();
try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Logging.AddFilter(StartFailure.LoggedBy, LogLevel.Critical);
    builder.Services.AddPredictions();
    builder.Services.AddLimits();
    builder.Services.AddOpenApi();

    await using var app = builder.Build();
    app.UseExceptionHandler();
    app.UseStatusCodePages();
    app.UseRequestTimeouts();
    app.MapOpenApi();
    app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
    app.MapHealthChecks("/health/ready");
    app.MapPictures();
    await app.StartOrStop();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception exception) when (StartFailure.Describe(exception) is { } sentence)
{
    await Console.Error.WriteLineAsync(sentence);
    return 1;
}
#endregion
