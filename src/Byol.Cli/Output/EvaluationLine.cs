using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;
using Spectre.Console;

namespace Byol.Cli.Output;

/// <summary>
/// Shows how far an evaluation is: a moving line on a terminal, elsewhere a line as each classifier ends on a feature
/// set.
/// </summary>
internal static class EvaluationLine
{
    public static T Run<T>(Func<IProgress<ByolEvaluationProgress>, T> evaluate)
    {
        if (!LiveProgress.IsLive)
        {
            return evaluate(new EvaluationLines(Messages.Info));
        }
        return AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
            .Start(context => evaluate(new Live(context.AddTask("evaluating"))));
    }

    private sealed class Live(ProgressTask task) : IProgress<ByolEvaluationProgress>
    {
        public void Report(ByolEvaluationProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            if (!value.IsEnd)
            {
                var split = value.Splits == 1 ? "" : $", split {value.Split} of {value.Splits}";
                task.Description = $"{ClassifierList.Of(value.Classifier).Name} on {value.Features}{split}";
            }
        }
    }
}

/// <summary>A line for each classifier and feature set whose last split has ended.</summary>
internal sealed class EvaluationLines(Action<string> print) : IProgress<ByolEvaluationProgress>
{
    private readonly Dictionary<(ByolClassifier, string), int> _ended = [];
    private int _printed;

    public void Report(ByolEvaluationProgress value)
    {
        if (!value.IsEnd)
        {
            return;
        }
        var key = (value.Classifier, value.Features);
        _ended[key] = _ended.GetValueOrDefault(key) + 1;
        if (_ended[key] == value.Splits)
        {
            _printed++;
            var classifier = ClassifierList.Of(value.Classifier).Name;
            print($"Evaluated {classifier} on {value.Features} ({_printed} of {value.Total / value.Splits}).");
        }
    }
}
