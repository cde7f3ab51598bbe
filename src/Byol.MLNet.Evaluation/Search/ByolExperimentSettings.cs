using System.ComponentModel.DataAnnotations;

namespace Byol.MLNet.Evaluation;

/// <summary>How a <see cref="ByolExperiment"/> searches.</summary>
public sealed class ByolExperimentSettings
{
    /// <summary>
    /// Time for the search; a run that is under way when it ends is stopped. Embedding the images comes before, the
    /// last fit after.
    /// </summary>
    /// <value>The default value is 5 minutes. Range: above 0.</value>
    public TimeSpan MaxExperimentTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Up to so many training rows, scores are means over folds; of more, a fifth is held out once.</summary>
    /// <value>The default value is 3000. Range: 0 or more.</value>
    [Range(0, int.MaxValue)]
    public int CrossValidationRows { get; set; } = 3000;

    /// <summary>Folds of the cross-validation.</summary>
    /// <value>The default value is 5. Range: 2 to 100.</value>
    [Range(2, 100)]
    public int Folds { get; set; } = 5;

    /// <summary>Seed of folds and trainers.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; set; }

    /// <summary>Ends the search; what was found so far is returned.</summary>
    /// <value>The default value is a token that is never cancelled.</value>
    public CancellationToken CancellationToken { get; set; }
}
