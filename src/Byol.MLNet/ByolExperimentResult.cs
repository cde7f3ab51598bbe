using Microsoft.ML;

namespace Byol.MLNet;

/// <summary>What a <see cref="ByolExperiment"/> found.</summary>
/// <param name="RunDetails">All runs, the best first; failed ones last.</param>
/// <param name="Model">The best run's pipeline fitted on all training rows, from image to <c>PredictedLabel</c> (text); rows to predict need no label column. Save it with <c>mlContext.Model.Save</c>.</param>
public sealed record ByolExperimentResult(IReadOnlyList<ByolRunDetail> RunDetails, ITransformer Model)
{
    /// <summary>The run with the highest micro accuracy.</summary>
    public ByolRunDetail BestRun => RunDetails[0];
}
