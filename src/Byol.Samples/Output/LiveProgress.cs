using System.Globalization;
using Byol.MLNet;
using Spectre.Console;

namespace Byol.Samples.Output;

/// <summary>A moving progress line on a terminal; elsewhere the log's one line an epoch is enough and this shows nothing.</summary>
internal static class LiveProgress
{
    private const int StepsBetweenUpdates = 5;

    public static bool IsLive => AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;

    /// <summary>Runs a fit with its progress shown.</summary>
    public static T Run<T>(ByolOptions options, Func<T> fit)
    {
        if (!IsLive)
        {
            return fit();
        }
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                var task = context.AddTask("reading images", autoStart: false);
                options.Progress = new Reporter(task, options.Progress);
                options.ProgressEvery ??= StepsBetweenUpdates;
                return fit();
            });
    }

    private sealed class Reporter(ProgressTask task, IProgress<ByolProgress>? next) : IProgress<ByolProgress>
    {
        public void Report(ByolProgress value)
        {
            next?.Report(value);
            task.MaxValue = value.TotalSteps;
            task.Value = value.Step;
            task.Description = string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {value.Epoch}/{value.Epochs}  step {value.Step}/{value.TotalSteps}  loss {value.Loss:F3}  variance {value.FeatureVariance:G2}  {value.ImagesPerSecond:F0} images/s");
            task.StartTask();
        }
    }
}
