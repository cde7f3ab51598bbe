using Byol.Samples.Web.Engines;
using Byol.Samples.Web.Settings;
using Byol.Samples.Web.Similar;
using Byol.Samples.Web.Uploads;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Endpoints;

/// <summary><c>POST /predict</c> and <c>POST /similar</c>.</summary>
internal static class PictureEndpoints
{
    public const int MaxCount = 100;

    private const int DefaultCount = 5;

    public static void MapPictures(this IEndpointRouteBuilder app)
    {
        app.MapPost("/predict", Predict)
            .WithSummary("Label, confidence and best scores of a picture.")
            .TakesPicture();
        app.MapPost("/similar", Similar)
            .WithSummary("The images of the index that are nearest to a picture.")
            .ProducesProblem(StatusCodes.Status501NotImplemented)
            .TakesPicture();
    }

    private static async Task<PredictResponse> Predict(
        HttpRequest request,
        UploadReader reader,
        PredictionQueue queue,
        CancellationToken aborted,
        int top = DefaultCount)
    {
        RequireCount(nameof(top), top);
        var (prediction, _) = await PredictUpload(request, reader, queue, aborted);
        var scores = prediction.Best(top).Select(score => new ClassScore(score.Label, score.Score));
        return new(prediction.Label, prediction.Confidence, [.. scores]);
    }

    private static async Task<SimilarResponse> Similar(
        HttpRequest request,
        UploadReader reader,
        PredictionQueue queue,
        IOptions<ModelSettings> model,
        CancellationToken aborted,
        int count = DefaultCount)
    {
        RequireCount(nameof(count), count);
        if (model.Value.Index is null)
        {
            throw new RefusedException(
                StatusCodes.Status501NotImplemented,
                "No index is configured: Model:Index names the file that byol embed wrote.");
        }
        var (prediction, index) = await PredictUpload(request, reader, queue, aborted);
        return new(index!.Nearest(prediction.Embedding, count));
    }

    private static async Task<Answer> PredictUpload(
        HttpRequest request, UploadReader reader, PredictionQueue queue, CancellationToken aborted)
    {
        try
        {
            return await queue.Predict(await reader.Read(request, aborted), aborted);
        }
        // Otherwise the client has gone, and nobody is to be answered.
        catch (OperationCanceledException) when (Problems.HasTimedOut(request.HttpContext))
        {
            throw new RefusedException(StatusCodes.Status408RequestTimeout, Problems.TookTooLong);
        }
    }

    private static void RequireCount(string name, int count)
    {
        if (count is < 1 or > MaxCount)
        {
            throw RefusedException.BadRequest($"{name} is a number from 1 to {MaxCount}.");
        }
    }

    private static void TakesPicture(this RouteHandlerBuilder endpoint) => endpoint
        .WithTags("Pictures")
        .Accepts<IFormFile>("multipart/form-data", "image/*", "application/octet-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}

internal sealed record PredictResponse(string Label, float? Confidence, IReadOnlyList<ClassScore> Scores);

internal sealed record ClassScore(string Label, float Score);

internal sealed record SimilarResponse(IReadOnlyList<Neighbour> Images);
