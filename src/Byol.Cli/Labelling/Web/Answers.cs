using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Byol.Cli.Labelling.Web;

/// <summary>Answers to what cannot be done: a status and a sentence.</summary>
internal static class Answers
{
    private const string Unexpected = "The request is not what this address expects.";

    public static Task Error(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { Error = sentence });
    }

    /// <summary>Runs the rest, and says in a sentence what it could not do.</summary>
    public static async Task Catch(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && SentenceOf(context.Response.StatusCode) is { } sentence)
            {
                await Error(context, context.Response.StatusCode, sentence);
            }
        }
        catch (Exception exception) when (!context.Response.HasStarted && StatusOf(exception) is not null)
        {
            await Error(context, StatusOf(exception)!.Value, SentenceOf(exception));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        RequestException request => request.Status,
        BadHttpRequestException bad => bad.StatusCode,
        JsonException => StatusCodes.Status400BadRequest,
        FileNotFoundException or InvalidDataException => StatusCodes.Status404NotFound,
        IOException or UnauthorizedAccessException => StatusCodes.Status500InternalServerError,
        _ => null,
    };

    // What the routes answer without a word.
    private static string? SentenceOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is no such address.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take this method.",
        StatusCodes.Status415UnsupportedMediaType => Unexpected,
        _ => null,
    };

    private static string SentenceOf(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The request is too large.",
        BadHttpRequestException or JsonException => Unexpected,
        _ => exception.Message,
    };
}
