using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Byol.Benchmarks.Checks;
using Byol.Benchmarks.Labelling;
using Byol.Benchmarks.Recipes;
using Byol.Benchmarks.Scaling;
using Byol.Benchmarks.Serving;
using Byol.MLNet;

namespace Byol.Benchmarks;

/// <summary>
/// Without arguments, or with BenchmarkDotNet's own: the parts one by one. <c>memory</c>: whether memory stays flat.
/// <c>step RECIPE PRECISION</c>: what a step takes. <c>fit</c>: what <c>Fit</c> costs beside a bare loop of steps.
/// <c>busy</c>: training beside other work.
/// <c>serve ENCODER FOLDER</c>: the web service under load. <c>recipe</c>: how good an encoder a recipe learns.
/// <c>scaling</c>: what several nodes give, on paper. <c>label</c>: what the label page's proposals are worth.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["recipe", .. var rest]:
                return RecipeCommand.Create(arguments).Parse(rest).Invoke();
            case ["scaling", .. var figures]:
                return ScalingCommand.Create().Parse(figures).Invoke();
            case ["label", .. var rest]:
                return ProposalCommand.Create().Parse(rest).Invoke();
            case ["step", var name, var precision]:
                StepCheck.Run(name, Enum.Parse<ByolPrecision>(precision, ignoreCase: true));
                break;
            case ["memory"]:
                MemoryCheck.Run();
                break;
            case ["busy"]:
                BusyCheck.Run();
                break;
            case [BusyCheck.Worker, var way]:
                BusyCheck.Work(way);
                break;
            case ["serve", var encoder, var folder]:
                ServeCheck.Run(encoder, folder);
                break;
            case ["fit"]:
                FitCheck.Run();
                break;
            default:
                // In one process: the native libraries need no second build, and load once.
                var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                    .WithWarmupCount(2)
                    .WithIterationCount(7);
                BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly)
                    .Run(arguments.Length == 0 ? ["--filter", "*"] : arguments, DefaultConfig.Instance.AddJob(job));
                break;
        }
        return 0;
    }
}
