using System.Text;
using System.Text.Json;
using Byol.MLNet.Foundation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Monitoring;

/// <summary>A file that each report of a run is added to.</summary>
internal interface IReportFile : IDisposable
{
    void Write(ByolProgress progress);
}

/// <summary>One line of JSON a report, appended to what is there.</summary>
/// <exception cref="IOException">The file cannot be opened.</exception>
internal sealed class JsonLinesFile(string path) : IReportFile
{
    // Unbuffered: what a failed write left behind would be written again when the file is closed, and fail again.
    private readonly FileStream _stream = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Write(ByolProgress progress) =>
        _stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(progress, JsonFormat.Line) + "\n"));

    public void Dispose() => _stream.Dispose();
}

/// <summary>TensorBoard's event file in a folder. It is opened for each value and closed again.</summary>
/// <exception cref="IOException">The folder cannot be written to.</exception>
internal sealed class TensorBoardFile(string folder) : IReportFile
{
    private readonly SummaryWriter _writer = utils.tensorboard.SummaryWriter(folder);

    public void Write(ByolProgress progress)
    {
        foreach (var (name, value) in Scalars(progress))
        {
            _writer.add_scalar(name, (float)value, (int)progress.Step);
        }
    }

    public void Dispose()
    {
    }

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
}
