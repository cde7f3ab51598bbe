using System.Diagnostics;
using System.Globalization;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.Benchmarks.Checks;

/// <summary>
/// Images a second of a training by the quick start's network on an idle machine and beside one and two busy processes
/// of the lowest priority: as the library does it, on libtorch's own threads throughout, and on one thread alone. The
/// ways take turns, each a training in a process of its own.
/// </summary>
internal static class BusyCheck
{
    /// <summary>
    /// The argument that makes a process one that trains when it is told to, in the way that follows.
    /// </summary>
    public const string Worker = "busy-worker";

    private const string Library = "library";
    private const string Usual = "usual";
    private const string Single = "single";

    private const int Rounds = 3;
    // What is measured is what a training settles at, and not how soon.
    private const double SecondsToSettle = 4;
    private const double SecondsPerTurn = 3;
    private const double IdleBar = 0.98;
    private const double BusyBar = 0.85;
    private const int Images = 4096;

    public static void Run()
    {
        using var library = new Trainer(Library);
        using var usual = new Trainer(Usual);
        using var single = new Trainer(Single);
        var rates = new Dictionary<(string Way, int Busy), List<double>>();
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var (trainer, busy) in new[]
            {
                (usual, 0),
                (library, 0),
                (single, 0),
                (library, 1),
                (usual, 1),
                (library, 2),
                (usual, 2),
            })
            {
                var rate = Beside(busy, trainer.Measure);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"round {round}: {trainer.Way} beside {busy}: {rate:F0} images/s"));
                // The first round warms up.
                if (round > 0)
                {
                    (
                        rates.TryGetValue((trainer.Way, busy), out var list)
                            ? list
                            : rates[(trainer.Way, busy)] = []).Add(rate);
                }
            }
        }
        double Rate(string way, int busy) => Statistics.Median(rates[(way, busy)]);
        Print("idle, over libtorch's own threads", Rate(Library, 0) / Rate(Usual, 0), IdleBar);
        Print("beside 1, over one thread alone", Rate(Library, 1) / Rate(Single, 0), BusyBar);
        Print("beside 2, over one thread alone", Rate(Library, 2) / Rate(Single, 0), BusyBar);
        Print("libtorch's own threads beside 1, over one thread alone", Rate(Usual, 1) / Rate(Single, 0));
        Print("libtorch's own threads beside 2, over one thread alone", Rate(Usual, 2) / Rate(Single, 0));
        Print("idle, over one thread alone", Rate(Library, 0) / Rate(Single, 0));
    }

    /// <summary>A worker: trains for a turn for each line that it reads, and writes its images a second.</summary>
    public static void Work(string way)
    {
        TorchRuntime.EnsureLoaded();
        if (way == Single)
        {
            set_num_threads(1);
        }
        using var store = Samples.Store(Images);
        using var heap = new RetainedHeap();
        using var threads = new ThreadCount(wanted: null, new Quiet());
        if (way == Library)
        {
            threads.TuneBesideOtherWork();
        }
        var recipe = ByolRecipe.Fast with
        {
            Encoder = ByolRecipe.Fast.Encoder with { Width = 0.25 },
            Views = ByolRecipe.Fast.Views with { HalfSizeFraction = 0 },
            Epochs = 100_000,
        };
        var inputs = new RunInputs(
            recipe,
            RunPlan.Of(recipe, Images, Samples.Seed, CPU),
            Samples.Seed,
            store,
            Normalization.ImageNet,
            Probe: null,
            Activity: null,
            PretrainingMethods.Create,
            CancellationToken.None);
        using var run = new TrainingRun(inputs, new RunTimer(TimeProvider.System, 0), new Quiet(), threads: threads);
        using var steps = Steps(run).GetEnumerator();
        steps.MoveNext();
        while (Console.ReadLine() is not null)
        {
            Train(steps, SecondsToSettle);
            var (start, first) = (Stopwatch.GetTimestamp(), run.Step);
            Train(steps, SecondsPerTurn);
            var rate = (run.Step - first) * recipe.BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(rate.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Train(IEnumerator<StepResult> steps, double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            steps.MoveNext();
        }
    }

    private static IEnumerable<StepResult> Steps(TrainingRun run)
    {
        while (true)
        {
            foreach (var result in run.RestOfEpoch())
            {
                yield return result;
            }
        }
    }

    private static void Print(string what, double ratio, double? bar = null) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {ratio:F3}{(bar is null ? "" : $" (bar {bar}: {(ratio >= bar ? "met" : "missed")})")}"));

    // In this check's session: some systems share processors between sessions first, and look at priority only within
    // one.
    private static double Beside(int busy, Func<double> measure)
    {
        string[] work = ["-n", "19", "sh", "-c", "while :; do :; done"];
        var processes = Enumerable.Range(0, busy).Select(_ => Process.Start("nice", work)).ToArray();
        try
        {
            return measure();
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                process.Dispose();
            }
        }
    }

    /// <summary>A process that trains when it is told to.</summary>
    private sealed class Trainer : IDisposable
    {
        private readonly Process _process;

        public Trainer(string way)
        {
            Way = way;
            _process = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!, [typeof(BusyCheck).Assembly.Location, Worker, way])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        }

        public string Way { get; }

        public double Measure()
        {
            _process.StandardInput.WriteLine();
            return double.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
