#region service
using Byol.Samples.Web;
using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Endpoints;

OnnxTelemetry.Disable();
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPredictions();
builder.Services.AddLimits();
builder.Services.AddOpenApi();

var app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseRequestTimeouts();
app.MapOpenApi();
app.MapHealthChecks("/health/live", new() { Predicate = _ => false });
app.MapHealthChecks("/health/ready");
app.MapPictures();
app.Run();
#endregion
