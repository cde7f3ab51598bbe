using System.Net;
using Byol.Cli.Labelling;
using Byol.Cli.Labelling.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SkiaSharp;

namespace Byol.Cli.BrowserTests;

/// <summary>
/// Answers the page with a folder of many images that are labelled and predicted in part, and that nobody embedded.
/// </summary>
internal sealed class CannedProgram : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _images;
    private readonly byte[][] _thumbnails = [.. Enumerable.Range(0, 64).Select(Draw)];
    private int _thumbnailsAsked;

    private CannedProgram(int images)
    {
        _images = images;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/", () => PageFile.Get(null));
        _app.MapGet("/{name}", (string name) => PageFile.Get(name));
        _app.MapGet("/api/state", () => State);
        _app.MapGet("/api/events", (CancellationToken gone) => TypedResults.ServerSentEvents(Once(gone)));
        _app.MapGet("/api/images", () => new { paths = Range(i => $"folder/{i:D5}.png") });
        _app.MapGet("/api/rows", () => new
        {
            State.Generation,
            labels = Range(i => i % 5 == 0 ? i % State.Classes.Count : -1),
            predicted = Range(i => i * 7 % State.Classes.Count),
            confidence = Range(i => 20 + i * 13 % 80),
        });
        _app.MapGet("/api/order", Order);
        _app.MapGet("/api/map", () => new
        {
            x = Range(i => i * 0.618 % 1),
            y = Range(i => i * 0.414 % 1),
        });
        _app.MapGet("/api/thumb/{image:int}", Thumbnail);
        _app.MapGet("/api/image/{image:int}", Thumbnail);
    }

    public SessionState State { get; set; } = new()
    {
        Phase = SessionState.Ready,
        Folder = "/data/images",
        LabelsFile = "/data/images.labels.csv",
        Model = "encoder.onnx",
    };

    public int ThumbnailsAsked => _thumbnailsAsked;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<CannedProgram> StartAsync(int images, int classes)
    {
        var program = new CannedProgram(images);
        program.State = program.State with
        {
            Images = images,
            Classes = [.. Enumerable.Range(1, classes).Select(i => new ClassCount($"class {i}", images / 5 / classes))],
            Labelled = images / 5,
            CanUndo = true,
            Generation = 1,
            Classifier = new ClassifierState(0.9, 40, 160, 80, [new(20, 0.5), new(80, 0.8), new(200, 0.9)]),
        };
        await program._app.StartAsync();
        return program;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private object Order(string tab)
    {
        var isGrouped = tab == "duplicates";
        var ids = Range(i => i).Take(isGrouped ? 30 : _images).ToArray();
        return new
        {
            ids,
            scores = isGrouped ? ids.Select(_ => 0.98) : null,
            groups = isGrouped ? ids.Select(i => i / 3) : null,
        };
    }

    private IResult Thumbnail(int image)
    {
        Interlocked.Increment(ref _thumbnailsAsked);
        return Results.Bytes(_thumbnails[image % _thumbnails.Length], "image/png");
    }

    private async IAsyncEnumerable<SessionState> Once(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken gone)
    {
        yield return State;
        await Task.Delay(Timeout.Infinite, gone);
    }

    private IEnumerable<T> Range<T>(Func<int, T> value) => Enumerable.Range(0, _images).Select(value);

    private static byte[] Draw(int seed)
    {
        using var bitmap = new SKBitmap(128, 128);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColor.FromHsv(seed * 47 % 360, 40, 70));
        using var paint = new SKPaint { Color = SKColor.FromHsv(seed * 91 % 360, 70, 90), IsAntialias = true };
        canvas.DrawCircle(64, 64, 20 + seed % 4 * 10, paint);
        return bitmap.Encode(SKEncodedImageFormat.Png, 90).ToArray();
    }
}
