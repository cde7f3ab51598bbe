using System.Runtime.CompilerServices;
using Byol.Cli.Labelling.Labels;
using Byol.Cli.Labelling.Pictures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Byol.Cli.Labelling.Web;

/// <summary>What the page asks for.</summary>
internal sealed class LabelApi(LabelSession session, Thumbnails thumbnails, CancellationToken stopping)
{
    private const int LargeSide = 1024;
    private const string ForEver = "private, max-age=31536000, immutable";

    // More often than this nobody sees.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => PageFile.Get(null));
        routes.MapGet("/{name}", (string name) => PageFile.Get(name));
        var api = routes.MapGroup("/api");
        api.MapGet("/state", () => session.State);
        api.MapGet("/events", (CancellationToken gone) => TypedResults.ServerSentEvents(Watch(gone)));
        api.MapGet("/images", () => new { session.Gallery.Paths });
        api.MapGet("/rows", Rows);
        api.MapGet("/order", () => new { ids = Enumerable.Range(0, session.Gallery.Paths.Count) });
        api.MapGet("/thumb/{image:int}", (int image, HttpContext context) =>
        {
            var thumbnail = thumbnails.Of(FileOf(image));
            context.Response.Headers.CacheControl = ForEver;
            return Results.Bytes(thumbnail.Bytes, thumbnail.ContentType);
        });
        api.MapGet("/image/{image:int}", (int image) =>
        {
            var picture = Thumbnail.Of(FileOf(image), LargeSide);
            return Results.Bytes(picture.Bytes, picture.ContentType);
        });
        api.MapPost("/label", (LabelRequest request) => session.Give(request.Ids, request.Label));
        api.MapPost("/undo", session.Undo);
        api.MapPost("/redo", session.Redo);
    }

    private string FileOf(int image) => image >= 0 && image < session.Gallery.Paths.Count
        ? session.Gallery.FileOf(image)
        : throw new RequestException(RequestException.NotFound, "There is no image of this number.");

    private object Rows()
    {
        _ = session.Gallery;
        var (board, ranking, generation) = session.Snapshot();
        return new
        {
            generation,
            board.Labels,
            predicted = ranking?.Predicted ?? [.. board.Labels.Select(_ => Board.None)],
            confidence = board.Labels.Select((_, i) => (int)MathF.Round(100 * (ranking?.Confidence[i] ?? 0))),
        };
    }

    private async IAsyncEnumerable<SessionState> Watch([EnumeratorCancellation] CancellationToken gone)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
        session.CountPage(1);
        try
        {
            while (!ending.IsCancellationRequested)
            {
                var changed = session.Changed;
                yield return session.State;
                await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, ending.Token));
                await Task.WhenAny(Task.Delay(Pause, ending.Token));
            }
        }
        finally
        {
            session.CountPage(-1);
        }
    }

    private sealed record LabelRequest(IReadOnlyList<int> Ids, string? Label);
}
