using Byol.Samples.Web.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;

namespace Byol.Samples.Web.Endpoints;

/// <summary>Answers with problem details whatever a request fails by.</summary>
internal sealed class RefusalHandler(IProblemDetailsService problems, ILogger<RefusalHandler> logger)
    : IExceptionHandler
{
    private const string RetryAfterSeconds = "1";

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, sentence) = exception switch
        {
            RefusedException refused => (refused.Status, refused.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } slow =>
                (slow.StatusCode, "The body came too slowly."),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            _ => (StatusCodes.Status500InternalServerError, "The service failed; its log says why."),
        };
        var (method, path) = (httpContext.Request.Method, httpContext.Request.Path);
        if (status == StatusCodes.Status500InternalServerError)
        {
            logger.Failed(exception, method, path);
        }
        else
        {
            logger.Refused(method, path, status, sentence);
        }
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        }
        // What is left of a body that was too slow is not waited for; HTTP/2 has no such header.
        if (status == StatusCodes.Status408RequestTimeout && HttpProtocol.IsHttp11(httpContext.Request.Protocol))
        {
            httpContext.Response.Headers.Connection = "close";
        }
        httpContext.Response.StatusCode = status;
        return await problems.TryWriteAsync(new()
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = status, Detail = sentence },
        });
    }
}
