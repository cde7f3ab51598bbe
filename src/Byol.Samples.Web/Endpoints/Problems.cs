using Microsoft.AspNetCore.Http.Timeouts;

namespace Byol.Samples.Web.Endpoints;

/// <summary>Sentences for what the framework refuses by a status alone.</summary>
internal static class Problems
{
    public const string TookTooLong = "The request took too long.";

    public static void AddSentence(ProblemDetailsContext context) =>
        context.ProblemDetails.Detail ??= context.ProblemDetails.Status switch
        {
            StatusCodes.Status404NotFound => "There is nothing at this address: /openapi/v1.json lists what there is.",
            StatusCodes.Status405MethodNotAllowed => "This address takes POST.",
            StatusCodes.Status408RequestTimeout => TookTooLong,
            StatusCodes.Status415UnsupportedMediaType =>
                "Send the picture as image/*, application/octet-stream or a file in multipart/form-data.",
            _ => null,
        };

    public static RequestTimeoutPolicy Timeout(TimeSpan time) => new()
    {
        Timeout = time,
        TimeoutStatusCode = StatusCodes.Status408RequestTimeout,
    };

    public static bool HasTimedOut(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true };
}
