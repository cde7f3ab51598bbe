using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Classifiers;

/// <summary>Training and test rows, standardised on the training rows, once for all the fits on them.</summary>
internal sealed class StandardizedRows
{
    public StandardizedRows(MLContext mlContext, LabelledVectors train, LabelledVectors test)
    {
        const string Features = nameof(LabelledVectors.Features);
        var rows = train.ToDataView(mlContext);
        var normalizer = mlContext.Transforms.NormalizeMeanVariance(Features, fixZero: false).Fit(rows);
        Train = mlContext.Data.Cache(normalizer.Transform(rows));
        Test = normalizer.Transform(test.ToDataView(mlContext));
    }

    /// <summary>The training rows, kept in memory.</summary>
    public IDataView Train { get; }

    /// <summary>The test rows.</summary>
    public IDataView Test { get; }

    /// <summary>The scores of predicted rows.</summary>
    public static double[][] Scores(IDataView predictions) =>
        [.. predictions.GetColumn<float[]>("Score").Select(scores => scores.Select(score => (double)score).ToArray())];
}
