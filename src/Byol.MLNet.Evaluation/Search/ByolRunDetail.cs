namespace Byol.MLNet.Evaluation;

/// <summary>
/// A trainer that a <see cref="ByolExperiment"/> tried, and how it did on rows that it was not trained on.
/// </summary>
/// <param name="TrainerName">ML.NET's name of the trainer, or "Nearest neighbours".</param>
/// <param name="Parameters">The parameters that differ from ML.NET's defaults.</param>
/// <param name="MicroAccuracy">Share of rows whose label was predicted, 0 to 1; the mean over folds.</param>
/// <param name="MacroAccuracy">Mean over classes of the accuracy on each, 0 to 1; the mean over folds.</param>
/// <param name="Deviation">
/// Sample standard deviation (divisor n − 1) of <paramref name="MicroAccuracy"/> over folds; 0 with a single validation
/// part.
/// </param>
/// <param name="Runtime">Time that the run took, all folds together.</param>
/// <param name="Exception">Why the run failed; null where it did not. Its accuracies are then 0.</param>
public sealed record ByolRunDetail(
    string TrainerName,
    string Parameters,
    double MicroAccuracy,
    double MacroAccuracy,
    double Deviation,
    TimeSpan Runtime,
    Exception? Exception = null);
