using System.Diagnostics;
using System.Globalization;
using Byol.MLNet.Training;
using static TorchSharp.torch;

namespace Byol.Benchmarks.Checks;

/// <summary>
/// Images a second of training steps on an idle machine and beside one and two busy processes of the lowest priority,
/// as the library lets libtorch's threads wait, beside libtorch's own waiting and beside one thread alone. Each way has
/// a process of its own, since libtorch reads the setting once; the ways take turns.
/// </summary>
internal static class BusyCheck
{
    /// <summary>The argument that makes a process one that trains when it is told to, on the number of threads that
    /// follows; 0 takes libtorch's own.</summary>
    public const string Worker = "busy-worker";

    private const int Rounds = 3;
    private const double SecondsPerTurn = 2.5;
    private const double IdleBar = 0.98;
    private const double BusyBar = 0.85;

    // libgomp's own, spelled out, so that the library leaves it.
    private const string UsualSpinCount = "300000";

    public static void Run()
    {
        using var usual = new Trainer(threads: 0, UsualSpinCount);
        using var library = new Trainer(threads: 0);
        using var single = new Trainer(threads: 1);
        var rates = new Dictionary<string, List<double>>();
        for (var round = 0; round <= Rounds; round++)
        {
            Take("usual", usual, busy: 0);
            Take("library", library, busy: 0);
            Take("single", single, busy: 0);
            Take("library beside 1", library, busy: 1);
            Take("library beside 2", library, busy: 2);
            Take("usual beside 1", usual, busy: 1);
            Take("usual beside 2", usual, busy: 2);

            void Take(string name, Trainer trainer, int busy)
            {
                var rate = Beside(busy, trainer.Measure);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: {name} {rate:F0} images/s"));
                // The first round warms up.
                if (round > 0)
                {
                    (rates.TryGetValue(name, out var list) ? list : rates[name] = []).Add(rate);
                }
            }
        }
        double Rate(string name) => Samples.Median(rates[name]);
        Print("idle, over libtorch's own waiting", Rate("library") / Rate("usual"), IdleBar);
        Print("beside 1, over one thread alone", Rate("library beside 1") / Rate("single"), BusyBar);
        Print("beside 2, over one thread alone", Rate("library beside 2") / Rate("single"), BusyBar);
        Print("libtorch's own waiting beside 1, over one thread alone", Rate("usual beside 1") / Rate("single"));
        Print("libtorch's own waiting beside 2, over one thread alone", Rate("usual beside 2") / Rate("single"));
        Print("idle, over one thread alone", Rate("library") / Rate("single"));
    }

    /// <summary>A worker: takes a turn for each line that it reads, and writes its images a second.</summary>
    public static void Work(int threads)
    {
        TorchRuntime.EnsureLoaded();
        if (threads > 0)
        {
            set_num_threads(threads);
        }
        using var heap = new RetainedHeap();
        using var walkthrough = new WalkthroughStep();
        walkthrough.Run();
        while (Console.ReadLine() is not null)
        {
            walkthrough.Run();
            var (start, steps) = (Stopwatch.GetTimestamp(), 0);
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsPerTurn)
            {
                walkthrough.Run();
                steps++;
            }
            var rate = steps * walkthrough.BatchSize / Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(rate.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Print(string what, double ratio, double? bar = null) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {ratio:F3}{(bar is null ? "" : $" (bar {bar}: {(ratio >= bar ? "met" : "missed")})")}"));

    private static double Beside(int busy, Func<double> measure)
    {
        // In a session of its own, as another program is: systems that share a processor between sessions look at priority only within one.
        string[] work = ["nice", "-n", "19", "sh", "-c", "while :; do :; done"];
        var processes = Enumerable.Range(0, busy).Select(_ => Process.Start("setsid", work)).ToArray();
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

        public Trainer(int threads, string? spinCount = null)
        {
            string[] arguments = [typeof(BusyCheck).Assembly.Location, Worker, threads.ToString(CultureInfo.InvariantCulture)];
            var start = new ProcessStartInfo(Environment.ProcessPath!, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            if (spinCount is not null)
            {
                start.Environment["GOMP_SPINCOUNT"] = spinCount;
            }
            _process = Process.Start(start)!;
        }

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
