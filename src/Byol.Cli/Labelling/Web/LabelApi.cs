using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Byol.Cli.Labelling.Labels;
using Byol.Cli.Labelling.Pictures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Byol.Cli.Labelling.Web;

/// <summary>What the page asks for.</summary>
internal sealed class LabelApi(LabelSession session, Thumbnails thumbnails, CancellationToken stopping)
{
    private const int LargeSide = 1024;
    private const string ForEver = "private, max-age=31536000, immutable";

    // More often than this nobody sees.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What there is once the images are embedded; null before.</summary>
    public Workspace? Workspace { get; set; }

    // What needs the images fails before they are there.
    private Workspace Open => Workspace
        ?? throw new RequestException(RequestException.TooEarly, "The images are still being embedded.");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => PageFile.Get(null));
        routes.MapGet("/{name}", (string name) => PageFile.Get(name));
        var api = routes.MapGroup("/api");
        api.MapGet("/state", () => session.State);
        api.MapGet("/events", (CancellationToken gone) => TypedResults.ServerSentEvents(Watch(gone)));
        api.MapGet("/images", () => new { Open.Gallery.Paths });
        api.MapGet("/rows", () => Rows(Open));
        api.MapGet("/order", ([FromQuery(Name = "class")] string? className, string? text, string tab = "all") =>
            Open.Orders.Of(tab, className, text));
        api.MapGet("/map", async () => Open.Map.IsCompleted ? Results.Ok(await Open.Map) : Results.Accepted());
        MapPictures(api);
        MapChanges(api);
    }

    private void MapPictures(RouteGroupBuilder api)
    {
        api.MapGet("/thumb/{image:int}", (int image, HttpContext context) =>
        {
            var thumbnail = thumbnails.Of(Open.Gallery.FileOf(image));
            context.Response.Headers.CacheControl = ForEver;
            return Results.Bytes(thumbnail.Bytes, thumbnail.ContentType);
        });
        api.MapGet("/image/{image:int}", (int image) =>
        {
            var picture = Thumbnail.Of(Open.Gallery.FileOf(image), LargeSide);
            return Results.Bytes(picture.Bytes, picture.ContentType);
        });
        api.MapGet("/similar/{image:int}", (int image) => Open.Search.LikeImage(image));
        api.MapPost("/similar", (HttpRequest request) =>
            Open.Search.LikePictureAsync(request.Body, request.HttpContext.RequestAborted));
    }

    private void MapChanges(RouteGroupBuilder api)
    {
        api.MapPost("/label", (LabelRequest request) => Open.Label(request.Ids ?? [], request.Label));
        api.MapPost("/undo", () => Open.Undo());
        api.MapPost("/redo", () => Open.Redo());
        api.MapPost("/save", () => Open.Save());
        api.MapPost("/export", () => Open.Export());
    }

    private object Rows(Workspace workspace)
    {
        var (board, ranking, generation) = session.Snapshot();
        var count = workspace.Gallery.Paths.Count;
        return new
        {
            generation,
            board.Labels,
            Predicted = ranking?.Predicted ?? [.. Enumerable.Repeat(Board.None, count)],
            Confidence = Enumerable.Range(0, count).Select(i => (int)MathF.Round(100 * (ranking?.Confidence[i] ?? 0))),
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
                await changed.WaitAsync(ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Task.Delay(Pause, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            session.CountPage(-1);
        }
    }

    /// <param name="Ids">The images' numbers.</param>
    /// <param name="Label">The label; null takes theirs back.</param>
    private sealed record LabelRequest(
        [property: JsonRequired] IReadOnlyList<int>? Ids, [property: JsonRequired] string? Label);
}
