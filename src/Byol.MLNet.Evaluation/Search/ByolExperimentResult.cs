using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation;

/// <summary>What a <see cref="ByolExperiment"/> found.</summary>
public sealed class ByolExperimentResult
{
    private readonly Func<IDataView, MulticlassClassificationMetrics> _metrics;

    internal ByolExperimentResult(
        IReadOnlyList<ByolRunDetail> runDetails,
        ITransformer model,
        Func<IDataView, MulticlassClassificationMetrics> metrics)
    {
        RunDetails = runDetails;
        Model = model;
        _metrics = metrics;
    }

    /// <summary>All runs, the best first; failed ones last.</summary>
    public IReadOnlyList<ByolRunDetail> RunDetails { get; }

    /// <summary>
    /// The best run's pipeline fitted on all training rows, from image to <c>PredictedLabel</c> (text); rows to predict
    /// need no label column. Save it with <c>mlContext.Model.Save</c>.
    /// </summary>
    public ITransformer Model { get; }

    /// <summary>The run with the highest micro accuracy.</summary>
    public ByolRunDetail BestRun => RunDetails[0];

    /// <summary>
    /// ML.NET's metrics of <see cref="Model"/> on labelled rows that the search has not seen. ML.NET's own
    /// <c>Evaluate</c> wants keys, and the model gives text. Rows whose image cannot be read take no part where the
    /// encoder gives NaN for them.
    /// </summary>
    /// <param name="rows">Rows with the columns of the training rows, image and label.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">A label is unknown to the training rows.</exception>
    public MulticlassClassificationMetrics Evaluate(IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return _metrics(rows);
    }
}
