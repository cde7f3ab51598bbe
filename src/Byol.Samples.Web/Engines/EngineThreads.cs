using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Models;
using Byol.Samples.Web.Settings;
using Byol.Samples.Web.Uploads;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Engines;

/// <summary>
/// One thread an engine, beside the pool's, which read and write requests. Each decodes one picture at a time, so that
/// memory for decoded pictures is that of as many pictures as there are engines.
/// </summary>
internal sealed class EngineThreads(
    PredictionQueue queue,
    ModelStore models,
    PictureDecoder decoder,
    ServiceMetrics metrics,
    IOptions<EngineSettings> settings) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Value.Count).Select(thread => Task.Factory.StartNew(
            () => Work(thread, stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

    private void Work(int thread, CancellationToken stopping)
    {
        while (queue.WaitForPictures(stopping))
        {
            var requests = queue.Take();
            if (requests.Count > 0)
            {
                metrics.Taken(requests.Count);
                Answer(requests, thread);
            }
        }
    }

    private void Answer(IReadOnlyList<PictureRequest> requests, int thread)
    {
        if (models.Use() is not { } model)
        {
            Fail(requests, NoModel());
            return;
        }
        try
        {
            Answer(requests, model, model.Engine(thread));
        }
        catch (Exception exception)
        {
            Fail(requests, exception);
        }
        finally
        {
            model.Release();
        }
    }

    private void Answer(IReadOnlyList<PictureRequest> requests, LoadedModel model, Engine engine)
    {
        var prepared = new List<(PictureRequest Request, byte[] Pixels)>();
        foreach (var request in requests)
        {
            if (TryPrepare(request, engine) is { } pixels)
            {
                prepared.Add((request, pixels));
            }
        }
        if (prepared.Count == 0)
        {
            return;
        }
        var predictions = engine.Predict([.. prepared.Select(picture => picture.Pixels)]);
        foreach (var ((request, _), prediction) in prepared.Zip(predictions))
        {
            request.Complete(new Answer(prediction, model.Index));
            metrics.Ended("answered", request.Queued);
        }
    }

    private byte[]? TryPrepare(PictureRequest request, Engine engine)
    {
        if (request.IsAborted)
        {
            metrics.Ended("aborted");
            return null;
        }
        try
        {
            using var image = decoder.Decode(request.Picture);
            return engine.Prepare(image);
        }
        // One picture's failure is not that of those beside it.
        catch (Exception exception)
        {
            Fail([request], exception);
            return null;
        }
    }

    private void Fail(IEnumerable<PictureRequest> requests, Exception exception)
    {
        foreach (var request in requests)
        {
            request.Fail(exception);
            metrics.Ended(exception is RefusedException ? "refused" : "failed", request.Queued);
        }
    }

    private static RefusedException NoModel() =>
        new(StatusCodes.Status503ServiceUnavailable, "No model is loaded yet; try again later.");
}
