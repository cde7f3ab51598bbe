using Byol.MLNet.Foundation;
using Byol.MLNet.Torch;

namespace Byol.MLNet.Tests.Torch;

/// <summary>A run beside other programs goes down to one thread where that is quicker, and back.</summary>
[TestClass]
public class ThreadTunerTests
{
    private const double Alone = 0.1;

    [TestMethod]
    public void AnIdleMachineIsNeverTried()
    {
        var machine = new Machine();
        machine.Run(seconds: 60, others: 0);
        Assert.IsEmpty(machine.Changes);
        Assert.AreEqual(2, machine.Threads);
    }

    [TestMethod]
    public void BesideAnotherProgramTheRunComesNearToOneThreadAlone()
    {
        var machine = new Machine();
        machine.Run(seconds: 5, others: 0);
        var steps = machine.Run(seconds: 60, others: 1);
        Assert.AreEqual(1, machine.Threads);
        // On two threads each step would take ten times as long.
        Assert.IsGreaterThan(0.85 * 60 / Alone, steps);
        Assert.Contains("one thread", machine.Log[^1]);
    }

    [TestMethod]
    public void AFreedMachineIsUsedAgain()
    {
        var machine = new Machine();
        machine.Run(seconds: 10, others: 2);
        Assert.AreEqual(1, machine.Threads);
        machine.Run(seconds: 10, others: 0);
        Assert.AreEqual(2, machine.Threads);
        Assert.HasCount(2, machine.Log);
    }

    [TestMethod]
    public void TwoThreadsThatAreQuickerAllTheSameStay()
    {
        // A program that gives way at once.
        var machine = new Machine { SlownessBesideOthers = 1.2 };
        var steps = machine.Run(seconds: 100, others: 1);
        Assert.AreEqual(2, machine.Threads);
        Assert.IsEmpty(machine.Log);
        Assert.IsGreaterThan(0.95 * 100 / (1.2 * Alone / 2), steps, "Trials cost little.");
    }

    [TestMethod]
    public void StepsOfTwoSizesAreNotCompared()
    {
        var machine = new Machine();
        machine.Run(seconds: 0.9, others: 1, isHalfSize: true);
        machine.Run(seconds: 30, others: 1);
        Assert.AreEqual(1, machine.Threads);
        machine.Run(seconds: 1, others: 1, isHalfSize: true);
        Assert.AreEqual(1, machine.Threads);
    }

    [TestMethod]
    public void OneThreadStaysOne()
    {
        var machine = new Machine(threads: 1);
        machine.Run(seconds: 30, others: 2);
        Assert.IsEmpty(machine.Changes);
    }

    // Two processors; two threads beside another program wait for each other.
    private sealed class Machine : ITrainingLog
    {
        private readonly ThreadTuner _tuner;
        private double _others;

        public Machine(int threads = 2)
        {
            Threads = threads;
            _tuner = new ThreadTuner(threads, Set, () => _others, processors: 2, this);
        }

        public double SlownessBesideOthers { get; init; } = 20;

        public int Threads { get; private set; }

        public List<int> Changes { get; } = [];

        public List<string> Log { get; } = [];

        public int Run(double seconds, double others, bool isHalfSize = false)
        {
            _others = others;
            var steps = 0;
            for (var time = 0.0; time < seconds; steps++)
            {
                var step = Alone / (isHalfSize ? 4 : 1) / Threads * (
                    Threads > 1 && others > 0 ? SlownessBesideOthers : 1);
                time += step;
                _tuner.Add(step, isHalfSize);
            }
            return steps;
        }

        public void Info(string message) => Log.Add(message);

        public void Warning(string message) => Log.Add(message);

        private void Set(int threads)
        {
            Changes.Add(threads);
            Threads = threads;
        }
    }
}
