using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Byol.MLNet.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Byol.MLNet.Monitoring;

/// <summary>Hands reports to all who asked: the log, the options' Progress, a JSON-lines file and TensorBoard.</summary>
internal sealed class ProgressReports : IDisposable
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly ITrainingLog _log;
    private readonly IProgress<ByolProgress>? _progress;
    private readonly StreamWriter? _file;
    private readonly SummaryWriter? _tensorBoard;
    private readonly List<ByolProgress> _seen;

    /// <param name="options">Who asked.</param>
    /// <param name="log">The log.</param>
    /// <param name="earlier">Reports of the run that is resumed.</param>
    /// <exception cref="IOException">The file or the folder cannot be written.</exception>
    public ProgressReports(ByolOptions options, ITrainingLog log, IEnumerable<ByolProgress> earlier)
    {
        _log = log;
        _seen = [.. earlier];
        _progress = options.Progress;
        _file = options.ProgressFile is { Length: > 0 } path ? new StreamWriter(path, append: true) { AutoFlush = true } : null;
        _tensorBoard = options.TensorBoardDirectory is { Length: > 0 } folder ? utils.tensorboard.SummaryWriter(folder) : null;
    }

    public void Add(ByolProgress progress)
    {
        _seen.Add(progress);
        if (progress.IsEpochEnd)
        {
            _log.Info(Describe(progress));
        }
        _file?.WriteLine(JsonSerializer.Serialize(progress, Format));
        if (_tensorBoard is not null)
        {
            foreach (var (name, value) in Scalars(progress))
            {
                _tensorBoard.add_scalar(name, (float)value, (int)progress.Step);
            }
        }
        _progress?.Report(progress);
    }

    /// <summary>Tells the log whether the run learnt.</summary>
    public void Conclude()
    {
        if (_seen.Count == 0)
        {
            return;
        }
        var verdict = ByolVerdict.Of(_seen);
        if (verdict.State is ByolTrainingState.Learning or ByolTrainingState.NotConverged)
        {
            _log.Info(verdict.ToString());
        }
        else
        {
            _log.Warning(verdict.ToString());
        }
    }

    public void Dispose() => _file?.Dispose();

    private static IEnumerable<(string Name, double Value)> Scalars(ByolProgress progress)
    {
        yield return ("loss/training", progress.Loss);
        yield return ("features/variance", progress.FeatureVariance);
        yield return ("features/spread", progress.NormalizedSpread);
        yield return ("features/effective_rank", progress.EffectiveRank);
        yield return ("features/explained_variance", progress.ExplainedVariance);
        yield return ("cosine/same_image", progress.PositiveSimilarity);
        yield return ("cosine/different_images", progress.NegativeSimilarity);
        yield return ("schedule/tau", progress.Tau);
        yield return ("schedule/learning_rate", progress.LearningRate);
        yield return ("gradient/norm", progress.GradientNorm);
        yield return ("speed/images_per_second", progress.ImagesPerSecond);
        if (progress is { ValidationLoss: { } loss, ValidationFeatureVariance: { } variance })
        {
            yield return ("loss/validation", loss);
            yield return ("features/validation_variance", variance);
        }
        if (progress is { ProbeKnnAccuracy: { } knn, ProbeLinearAccuracy: { } linear })
        {
            yield return ("probe/knn", knn);
            yield return ("probe/linear", linear);
        }
    }

    private static string Describe(ByolProgress progress)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {progress.Epoch}/{progress.Epochs}: loss {progress.Loss:F4}, feature variance {progress.FeatureVariance:G3}, spread {progress.NormalizedSpread:F2}, effective rank {progress.EffectiveRank:F1}, cosine {progress.PositiveSimilarity:F2} same / {progress.NegativeSimilarity:F2} different, τ {progress.Tau:F4}, learning rate {progress.LearningRate:G3}, {progress.ImagesPerSecond:F0} images/s");
        if (progress.ValidationLoss is not null)
        {
            line += string.Create(CultureInfo.InvariantCulture, $", held-out loss {progress.ValidationLoss:F4}, variance {progress.ValidationFeatureVariance:G3}");
        }
        return progress.ProbeKnnAccuracy is null
            ? line
            : line + string.Create(CultureInfo.InvariantCulture, $", probe kNN {100 * progress.ProbeKnnAccuracy:F1} %, linear {100 * progress.ProbeLinearAccuracy:F1} %");
    }
}
