using System.Collections.Immutable;
using System.Numerics.Tensors;
using Byol.Cli.Labelling.Embeddings;
using Byol.MLNet.Classifiers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>
/// Fits ML.NET's L-BFGS on labelled images' unit vectors, with each class counting the same, however many of it are
/// labelled. Values are standardised by all images': the labelled ones are too few to say how far a value varies.
/// </summary>
internal sealed class LinearTrainer
{
    // ML.NET adds L2 to the loss summed over the rows.
    private const float L2PerRow = 0.1f;

    private readonly UnitVectors _vectors;
    private readonly NormalizingTransformer _standardize;
    private readonly float[] _scale;
    private readonly float[] _offset;

    public LinearTrainer(UnitVectors vectors)
    {
        _vectors = vectors;
        Row[] images = [.. Enumerable.Range(0, vectors.Count).Select(image => new Row(vectors[image]))];
        _standardize = NewContext().Transforms
            .NormalizeMeanVariance(
                nameof(Row.Features), fixZero: false, maximumExampleCount: Math.Max(images.Length, 2))
            .Fit(View(images));
        var affine = (NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>>)
            _standardize.GetNormalizerModelParameters(0);
        _scale = [.. affine.Scale];
        _offset = affine.Offset.IsDefaultOrEmpty ? new float[_scale.Length] : [.. affine.Offset];
    }

    /// <summary>A classifier of labelled images, which are of two classes or more.</summary>
    public LinearModel Fit(LabelledImages labelled)
    {
        var trained = Train(labelled).Model;
        VBuffer<float>[]? weights = null;
        trained.GetWeights(ref weights, out _);
        float[] biases = [.. trained.GetBiases()];
        float[][] folded = [.. weights.Select((values, i) => Fold([.. values.DenseValues()], ref biases[i]))];
        // Keys are in the order in which labels come.
        return new LinearModel([.. labelled.Classes.Distinct()], folded, biases);
    }

    /// <summary>The same classifier as stock parts of ML.NET behind an encoder, from image to name.</summary>
    public ITransformer Pipeline(ITransformer encoder, LabelledImages labelled)
    {
        var transforms = NewContext().Transforms;
        var classifier = Train(labelled);
        var rows = View([new Row(_vectors[0])]);
        var predicted = classifier.Transform(_standardize.Transform(rows));
        return new TransformerChain<ITransformer>(
            encoder,
            transforms.NormalizeLpNorm(nameof(Row.Features)).Fit(rows),
            _standardize,
            classifier,
            transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(predicted));
    }

    // A context for each fit: its generator then starts from the seed, whatever ran before.
    private static MLContext NewContext() => new(seed: 0);

    private MulticlassPredictionTransformer<MaximumEntropyModelParameters> Train(LabelledImages labelled)
    {
        var counts = labelled.Classes.CountBy(label => label).ToDictionary();
        var data = View(labelled.Images.Zip(labelled.Classes, (image, label) => new Row(_vectors[image])
        {
            Label = labelled.Names[label],
            Weight = (float)labelled.Count / (counts.Count * counts[label]),
        }));
        var mlContext = NewContext();
        var keyed = mlContext.Transforms.Conversion.MapValueToKey(nameof(Row.Label)).Fit(data).Transform(data);
        var rows = mlContext.Data.Cache(_standardize.Transform(keyed));
        return LbfgsClassifier.Trainer(mlContext, L2PerRow * labelled.Count, threads: 1, weights: nameof(Row.Weight))
            .Fit(rows);
    }

    // What standardising does to a vector, done to the weights instead: (x − offset) · scale · w.
    private float[] Fold(float[] weights, ref float bias)
    {
        TensorPrimitives.Multiply(weights, _scale, weights);
        bias -= TensorPrimitives.Dot(weights, _offset);
        return weights;
    }

    private IDataView View(IEnumerable<Row> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        // The type that an encoder's column has.
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(
            NumberDataViewType.Single, 1, _vectors.Dimension);
        return NewContext().Data.LoadFromEnumerable(rows.ToArray(), schema);
    }

    private sealed class Row
    {
        public Row()
        {
        }

        public Row(ReadOnlySpan<float> features) => Features = features.ToArray();

        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";

        public float Weight { get; set; }
    }
}
