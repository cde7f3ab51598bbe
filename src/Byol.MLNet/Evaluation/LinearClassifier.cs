using Byol.MLNet.Augmentation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.LightGbm;

namespace Byol.MLNet.Evaluation;

/// <summary>Vectors with the index of their class, as ML.NET reads them.</summary>
internal sealed record LabelledVectors(IReadOnlyList<float[]> Features, IReadOnlyList<int> Classes, int ClassCount)
{
    public const string LabelName = nameof(Row.Label);

    public LabelledVectors Select(IReadOnlyList<int> rows) =>
        new([.. rows.Select(row => Features[row])], [.. rows.Select(row => Classes[row])], ClassCount);

    public IDataView ToDataView(MLContext mlContext)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Features[0].Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), ClassCount);
        // LoadFromEnumerable takes a key as its index from 0 and stores it from 1.
        return mlContext.Data.LoadFromEnumerable(Features.Select((features, i) => new Row { Features = features, Label = (uint)Classes[i] }).ToArray(), schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}

/// <summary>ML.NET's multiclass trainers on frozen features.</summary>
internal sealed class LinearClassifier(int seed, IReadOnlyList<float> l2Candidates)
{
    private const double ValidationFraction = 0.3;

    /// <summary>Wide enough for few and for many rows: ML.NET adds L2 to the loss summed over the rows.</summary>
    public static readonly IReadOnlyList<float> DefaultL2Candidates = [1, 10, 100, 1000, 10_000];

    /// <summary>The probabilities of each class for each test row.</summary>
    public IReadOnlyList<double[]> Probabilities(ByolClassifier classifier, LabelledVectors train, LabelledVectors test)
    {
        // A context for each fit: its generator then starts from the seed, whatever ran before.
        var mlContext = new MLContext(seed);
        return classifier switch
        {
            ByolClassifier.Lbfgs => Probabilities(mlContext, Lbfgs(mlContext, ChooseL2(train)), train, test),
            ByolClassifier.Sdca => Probabilities(mlContext, mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: SdcaIterations(train)), train, test),
            ByolClassifier.LightGbm => Probabilities(mlContext, LightGbm(mlContext, train.Features.Count), train, test),
            _ => throw new ArgumentOutOfRangeException(nameof(classifier), $"{classifier} is not a trainer."),
        };
    }

    private IReadOnlyList<double[]> Lbfgs(LabelledVectors train, LabelledVectors test, float l2)
    {
        var mlContext = new MLContext(seed);
        return Probabilities(mlContext, Lbfgs(mlContext, l2), train, test);
    }

    /// <summary>The L2 weight that does best on a stratified part of the training rows; test rows have no say.</summary>
    public float ChooseL2(LabelledVectors train)
    {
        if (l2Candidates.Count == 1)
        {
            return l2Candidates[0];
        }
        var (fit, validation) = StratifiedSplit.Draw(train.Classes, 1 - ValidationFraction, RandomStream.For(RandomPurpose.DataSplit, seed));
        if (validation.Count == 0)
        {
            return l2Candidates[l2Candidates.Count / 2];
        }
        var (fitRows, validationRows) = (train.Select(fit), train.Select(validation));
        return l2Candidates.MaxBy(l2 => ClassScores.Of(Lbfgs(fitRows, validationRows, l2), validationRows.Classes).Micro);
    }

    public static LbfgsMaximumEntropyMulticlassTrainer Lbfgs(
        MLContext mlContext, float l2, string label = LabelledVectors.LabelName, string features = nameof(LabelledVectors.Features)) =>
        mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            L1Regularization = 0,
            L2Regularization = l2,
            MaximumNumberOfIterations = 300,
            OptimizationTolerance = 1e-5f,
        });

    // On few rows a pass moves little, and the trainer keeps its zero weights where it has not got below their loss.
    private static int SdcaIterations(LabelledVectors train) => train.Features.Count < 1000 ? 200 : 20;

    // Raw pixels are thousands of dense columns and Pets has 37 classes: with ML.NET's defaults this trainer alone takes minutes a split.
    private static LightGbmMulticlassTrainer LightGbm(MLContext mlContext, int rows) =>
        mlContext.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
        {
            NumberOfIterations = 20,
            NumberOfLeaves = 15,
            MinimumExampleCountPerLeaf = 5,
            LearningRate = 0.1,
            MaximumBinCountPerFeature = 31,
            NumberOfThreads = LightGbmThreads(rows),
            Booster = new GradientBooster.Options { FeatureFraction = 0.1 },
        });

    /// <summary>
    /// One on few rows, null (LightGBM's choice) on many: threads gain little there, and on a busy machine, where they wait for each
    /// other at every leaf, a fit of seconds took minutes.
    /// </summary>
    public static int? LightGbmThreads(int rows) => rows < 10_000 ? 1 : null;

    /// <summary>The test rows with what a trainer, fitted on standardised training rows, says of them.</summary>
    public static IDataView Predict(MLContext mlContext, Func<IDataView, ITransformer> fit, LabelledVectors train, LabelledVectors test)
    {
        var trainView = train.ToDataView(mlContext);
        var normalizer = mlContext.Transforms.NormalizeMeanVariance(nameof(LabelledVectors.Features), fixZero: false).Fit(trainView);
        var normalized = mlContext.Data.Cache(normalizer.Transform(trainView));
        return fit(normalized).Transform(normalizer.Transform(test.ToDataView(mlContext)));
    }

    private static double[][] Probabilities(MLContext mlContext, IEstimator<ITransformer> trainer, LabelledVectors train, LabelledVectors test)
    {
        var predictions = Predict(mlContext, trainer.Fit, train, test);
        return [.. predictions.GetColumn<float[]>("Score").Select(scores => scores.Select(score => (double)score).ToArray())];
    }
}
