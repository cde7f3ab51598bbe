using Byol.Samples.Web.Models;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Byol.Samples.Web.Endpoints;

/// <summary>The service is ready when a model is loaded.</summary>
internal sealed class ModelCheck(ModelStore models) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(models.IsLoaded
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No model is loaded yet."));
}
