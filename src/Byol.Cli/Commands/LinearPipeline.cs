using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Classifiers;
using Byol.MLNet.Evaluation.Classifiers;
using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>
/// A pipeline from image file to label: the embedding, and L-BFGS with an L2 weight that is chosen on a part of the
/// rows.
/// </summary>
internal sealed class LinearPipeline(MLContext mlContext, ByolEmbeddingTransformer encoder, int seed)
{
    public void Save(IReadOnlyList<LabelledImage> images, FileInfo file)
    {
        var data = ImageFolder.ToDataView(mlContext, images);
        var (model, l2, count) = Fit(data);
        AtomicFile.Write(file.FullName, stream => mlContext.Model.Save(model, data.Schema, stream));
        Messages.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Saved the pipeline '{file}': L-BFGS with L2 {l2}, fitted on {count} images."));
    }

    private (ITransformer Model, float L2, int Count) Fit(IDataView data)
    {
        var features = encoder.OutputColumnName;
        var readable = mlContext.Data.FilterRowsByMissingValues(encoder.Transform(data), features);
        var rows = LabelledRows.ReadText(readable, features, Pretraining.LabelColumn);
        var l2 = new LbfgsClassifier(seed, LbfgsClassifier.DefaultL2Candidates)
            .ChooseL2(rows.ToVectors(new LabelIndex(rows.Labels)));
        var fitted = new FittedClassifier(
            mlContext,
            seed,
            readable,
            Pretraining.LabelColumn,
            features,
            (trainer, data, label, features) => LbfgsClassifier.Trainer(trainer, l2, label, features).Fit(data));
        return (fitted.After(encoder), l2, rows.Labels.Count);
    }
}
