using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>A classifier fitted on standardised embeddings, which predicts names of labels.</summary>
internal sealed class FittedClassifier
{
    private const string Key = "ByolClassifierLabel";

    private readonly MLContext _mlContext;
    private readonly ITransformer _keys;
    private readonly ITransformer _normalizer;
    private readonly ITransformer _classifier;
    private readonly ITransformer _names;

    /// <param name="mlContext">The context.</param>
    /// <param name="seed">Seed of the trainer.</param>
    /// <param name="rows">Rows with embeddings and labels.</param>
    /// <param name="labelColumn">Column of labels: text.</param>
    /// <param name="features">Column of embeddings.</param>
    /// <param name="fit">Fits the trainer.</param>
    public FittedClassifier(
        MLContext mlContext, int seed, IDataView rows, string labelColumn, string features, ClassifierFit fit)
    {
        _mlContext = mlContext;
        _keys = mlContext.Transforms.Conversion.MapValueToKey(Key, labelColumn).Fit(rows);
        var keyed = _keys.Transform(rows);
        _normalizer = mlContext.Transforms.NormalizeMeanVariance(features, fixZero: false).Fit(keyed);
        var standardized = _normalizer.Transform(keyed);
        // A context for each fit: its generator then starts from the seed, whatever ran before.
        _classifier = fit(new MLContext(seed), standardized, Key, features);
        _names = mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(
            _classifier.Transform(standardized));
    }

    /// <summary>The model that predicts labels from images. Who uses it has images without labels, so that their
    /// mapping is no part of it.</summary>
    public ITransformer After(ITransformer embedding) =>
        new TransformerChain<ITransformer>(embedding, _normalizer, _classifier, _names);

    /// <summary>ML.NET's metrics on other rows with embeddings and labels.</summary>
    public MulticlassClassificationMetrics Evaluate(IDataView rows)
    {
        var predicted = _classifier.Transform(_normalizer.Transform(_keys.Transform(rows)));
        return _mlContext.MulticlassClassification.Evaluate(predicted, Key);
    }
}
