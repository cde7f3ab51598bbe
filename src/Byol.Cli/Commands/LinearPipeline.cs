using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Cli.Commands;

/// <summary>
/// A pipeline from image file to label: the embedding, and L-BFGS with an L2 weight that is chosen on a part of the
/// rows.
/// </summary>
internal sealed class LinearPipeline(MLContext mlContext, ByolEmbeddingTransformer encoder, int seed)
{
    private const string Key = "LinearPipelineLabel";

    public void Save(IReadOnlyList<LabelledImage> images, FileInfo file)
    {
        var data = ImageFolder.ToDataView(mlContext, images);
        var (model, l2, count) = Fit(data);
        AtomicFile.Write(file.FullName, stream => mlContext.Model.Save(model, data.Schema, stream));
        Messages.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Saved the pipeline '{file}': L-BFGS with L2 {l2}, fitted on {count} images."));
    }

    // Rows to predict have no label, so its mapping is no part of the model.
    private (ITransformer Model, float L2, int Count) Fit(IDataView data)
    {
        var output = encoder.OutputColumnName;
        var readable = mlContext.Data.FilterRowsByMissingValues(encoder.Transform(data), output);
        var keyed = mlContext.Transforms.Conversion.MapValueToKey(Key, Pretraining.LabelColumn)
            .Fit(readable)
            .Transform(readable);
        var normalizer = mlContext.Transforms.NormalizeMeanVariance(output, fixZero: false).Fit(keyed);
        var rows = normalizer.Transform(keyed);
        // A key's values count from 1.
        int[] classes = [.. keyed.GetColumn<uint>(Key).Select(key => (int)key - 1)];
        var vectors = new LabelledVectors([.. keyed.GetColumn<float[]>(output)], classes, classes.Max() + 1);
        var l2 = new LbfgsClassifier(seed, LbfgsClassifier.DefaultL2Candidates).ChooseL2(vectors);
        var trainer = new MLContext(seed);
        var classifier = LbfgsClassifier.Trainer(trainer, l2, Key, output).Fit(rows);
        var label = mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(classifier.Transform(rows));
        return (new TransformerChain<ITransformer>(encoder, normalizer, classifier, label), l2, classes.Length);
    }
}
