using System.Threading.Channels;
using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Settings;
using Microsoft.Extensions.Options;

namespace Byol.Samples.Web.Engines;

/// <summary>Pictures that wait for an engine: so many and no more.</summary>
internal sealed class PredictionQueue(IOptions<EngineSettings> settings, ServiceMetrics metrics)
{
    private readonly EngineSettings _settings = settings.Value;

    private readonly Channel<PictureRequest> _waiting =
        Channel.CreateBounded<PictureRequest>(settings.Value.QueueLength);

    /// <exception cref="RefusedException">As many as may wait do.</exception>
    public Task<Answer> Predict(byte[] picture, CancellationToken aborted)
    {
        var request = new PictureRequest(picture, aborted);
        if (!_waiting.Writer.TryWrite(request))
        {
            metrics.Ended("rejected");
            throw new RefusedException(
                StatusCodes.Status429TooManyRequests,
                $"All engines are busy and {_settings.QueueLength} pictures wait; try again in a second.");
        }
        metrics.Queued();
        return request.Answer;
    }

    public bool WaitForPictures(CancellationToken stopping) =>
        _waiting.Reader.WaitToReadAsync(stopping).AsTask().GetAwaiter().GetResult();

    /// <summary>One engine's share of what waits; empty where others took it.</summary>
    public IReadOnlyList<PictureRequest> Take()
    {
        var share = Math.Clamp(_waiting.Reader.Count / _settings.Count, 1, _settings.BatchSize);
        var taken = new List<PictureRequest>(share);
        while (taken.Count < share && _waiting.Reader.TryRead(out var request))
        {
            taken.Add(request);
        }
        return taken;
    }
}
