using System.Diagnostics;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Reporting;

namespace Byol.Cli.Commands;

/// <summary><c>evaluate</c> without <c>--auto</c>: some classifiers on all feature sets side by side.</summary>
internal sealed class TableEvaluation(
    EvaluationInputs inputs, int? askedSplits, int? labelsPerClass, IReadOnlyList<ByolClassifier> classifiers)
{
    private const int Draws = 10;

    public void Run(FileInfo? save, FileInfo? json, FileInfo? reportFile)
    {
        var clock = Stopwatch.StartNew();
        var mlContext = Messages.CreateContext(inputs.Seed, inputs.Gpu);
        var (images, bank, footers) = inputs.Read();
        var model = inputs.Load(mlContext, images);
        var imageNetSize = inputs.ChooseImageNetSize(mlContext, images);
        var evaluator = new ByolEvaluator(inputs.Seed);
        var name = ImageFolder.NameOf(inputs.Images);
        var test = Extract(images);
        IReadOnlyList<EvaluationRow> rows;
        Func<ByolClassifier, IReadOnlyList<ByolPrediction>> predict = _ => [];
        if (labelsPerClass is { } count)
        {
            var (train, rest) = bank is null ? (test, null) : (Extract(bank), test);
            rows = EvaluationLine.Run(progress => evaluator.EvaluateFewLabels(
                name, train, rest, count, askedSplits ?? Draws, classifiers, progress));
        }
        else if (bank is null)
        {
            var splits = askedSplits ?? ByolEvaluator.DefaultSplits(test.Count);
            predict = classifier => evaluator.PredictSplits(test, splits, classifier);
            rows = EvaluationLine.Run(progress => evaluator.EvaluateSplits(name, test, splits, classifiers, progress));
        }
        else
        {
            var train = Extract(bank);
            predict = classifier => evaluator.Predict(train, test, classifier);
            rows = EvaluationLine.Run(progress => evaluator.Evaluate(name, train, test, classifiers, progress));
        }
        Results.PrintTable(rows, [.. footers, .. ImageNetAdvice.Of(rows)]);
        if (save is not null)
        {
            new LinearPipeline(mlContext, model, inputs.Seed).Save(bank ?? images, save);
        }
        if (reportFile is not null)
        {
            new ByolReport($"Evaluation on {name}")
                .AddEvaluation(rows)
                .AddConfusion(
                    test, predict(classifiers.Contains(ByolClassifier.Lbfgs) ? ByolClassifier.Lbfgs : classifiers[0]))
                .AddEmbeddings(test)
                .Save(reportFile.FullName);
            Messages.Info($"Wrote the report '{reportFile}'.");
        }
        inputs.Skipped.Write();
        new Results
        {
            Rows = rows,
            Skipped = inputs.Skipped.Unreadable,
            SkippedFiles = inputs.Skipped.All,
            Folders = inputs.Skipped.Folders,
            Seconds = clock.Elapsed.TotalSeconds,
            Model = inputs.Model.ToString(),
            Seed = inputs.Seed,
        }.Write(json);

        FeatureSets Extract(IReadOnlyList<LabelledImage> rows) =>
            LabelledFeatures.Extract(mlContext, model, rows, inputs.Skipped, imageNetSize);
    }
}
