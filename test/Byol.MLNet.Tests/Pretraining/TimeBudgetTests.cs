using Byol.MLNet.Pretraining;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Runs with a time budget, by a simulated clock: on machines whose speed changes, with scorings and
/// checkpoints, resumed.</summary>
[TestClass]
public class TimeBudgetTests
{
    private const double Budget = 300;
    private const double HalfSizeCost = 0.4;

    [TestMethod]
    [DataRow(0.5, 1.0, 0.5, 0.0)]
    [DataRow(0.5, 3.0, 0.5, 0.0)]
    [DataRow(0.5, 0.3, 0.5, 0.0)]
    [DataRow(0.5, 3.0, 0.1, 0.75)]
    [DataRow(0.5, 3.0, 0.9, 0.75)]
    [DataRow(0.5, 0.3, 0.7, 0.75)]
    [DataRow(0.02, 3.0, 0.5, 0.4)]
    [DataRow(4.0, 0.3, 0.5, 0.75)]
    [DataRow(4.0, 3.0, 0.8, 0.0)]
    public void ARunEndsInTimeAndItsScheduleWithItWhateverTheSpeed(
        double step, double slowdown, double from, double halfSizeFraction)
    {
        var run = new Simulation(halfSizeFraction, step, second => second < from * Budget ? 1 : slowdown);
        run.ToTheEnd();
        Assert.AreEqual(Budget, run.Seconds, 0.1 * Budget);
        Assert.AreEqual(run.Budget.Steps, run.Budget.TotalSteps);
        Assert.AreEqual(run.Budget.TotalSteps - 1, run.Last.Step, "The last step is the schedules' last.");
        Assert.IsTrue(
            run.Shares.Zip(run.Shares.Skip(1)).All(pair => pair.First <= pair.Second + 1.0 / run.Budget.Steps),
            "The schedules never go back.");
        // The schedules go with the time, not in a leap at the end.
        Assert.AreEqual(0.5, run.ShareAt(0.5 * Budget), 0.25);
        Assert.IsGreaterThan(0.9, run.Shares[^2]);
    }

    [TestMethod]
    public void HalfOfTheStepsAreAtHalfSizeWhereThatIsAskedFor()
    {
        var run = new Simulation(0.5, 0.5, _ => 1);
        run.ToTheEnd();
        Assert.AreEqual(0.5, run.HalfSizeSteps / (double)run.Budget.Steps, 0.05);
    }

    [TestMethod]
    public void OneStepThatTakesLongerThanTheBudgetIsTheOnlyOne()
    {
        var run = new Simulation(0, 141, _ => 1, budget: 3);
        run.ToTheEnd();
        Assert.AreEqual(1, run.Budget.Steps);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.4)]
    [DataRow(0.07)]
    public void AShortBudgetIsExceededByAQuarterAndAStepAtMost(double step)
    {
        var run = new Simulation(0, step, _ => 1, budget: 2, scoring: 0.2);
        run.ToTheEnd();
        Assert.IsGreaterThanOrEqualTo(1, run.Budget.Steps);
        Assert.IsLessThanOrEqualTo(2 * 1.25 + step, run.Seconds);
    }

    [TestMethod]
    public void AResumedRunGoesOnWithinWhatIsLeft()
    {
        var first = new Simulation(0.75, 0.5, _ => 1);
        while (first.Seconds < 0.4 * Budget)
        {
            first.Step();
        }
        var second = new Simulation(0.75, 0.5, _ => 2, resumed: first);
        Assert.AreEqual(first.Shares[^1], second.Share, 0.01);
        second.ToTheEnd();
        Assert.AreEqual(Budget, second.Seconds, 0.1 * Budget);
        Assert.AreEqual(second.Budget.TotalSteps - 1, second.Last.Step);
    }

    [TestMethod]
    public void AShortRunTakesAllItsTimeAfterAResume()
    {
        var first = new Simulation(0, 0.5, _ => 1, budget: 20);
        while (first.Seconds < 6)
        {
            first.Step();
        }
        var second = new Simulation(0, 0.5, _ => 1, budget: 20, resumed: first);
        second.ToTheEnd();
        Assert.AreEqual(20, second.Seconds, 0.2 * 20);
    }

    [TestMethod]
    public void AFinishedRunGoesOnOnlyWithALongerBudget()
    {
        var finished = new Simulation(0, 0.5, _ => 1);
        finished.ToTheEnd();
        Assert.IsTrue(new Simulation(0, 0.5, _ => 1, resumed: finished).Budget.IsOver);
        var longer = new Simulation(0, 0.5, _ => 1, budget: 2 * Budget, resumed: finished);
        Assert.AreEqual(0.5, longer.Share, 0.01);
        longer.ToTheEnd();
        Assert.AreEqual(2 * Budget, longer.Seconds, 0.2 * Budget);
    }

    /// <summary>A run of steps, with a scoring after each tenth one and a checkpoint after each thirtieth, that only
    /// costs time.</summary>
    private sealed class Simulation
    {
        // A clock goes on between two looks.
        private readonly SimulatedClock _clock = new(_ => TimeSpan.FromTicks(1));
        private readonly RunTimer _timer;
        private readonly double _step;
        private readonly double _scoring;
        private readonly Func<double, double> _slowness;
        private readonly List<double> _times = [];

        public Simulation(
            double halfSizeFraction,
            double step,
            Func<double, double> slowness,
            double budget = TimeBudgetTests.Budget,
            double? scoring = null,
            Simulation? resumed = null)
        {
            _timer = new RunTimer(_clock, resumed?.Seconds ?? 0);
            _step = step;
            _scoring = scoring ?? step;
            _slowness = slowness;
            Budget = new TimeBudget(
                _timer, TimeSpan.FromSeconds(budget), halfSizeFraction, 100, resumed?.Budget.Steps ?? 0,
                resumed?.Budget.Capture());
            Budget.ExpectScoring(_scoring / step);
        }

        public TimeBudget Budget { get; }

        public double Seconds => _timer.Seconds;

        public (double Step, double Total) Last { get; private set; }

        public int HalfSizeSteps { get; private set; }

        public List<double> Shares { get; } = [];

        public double Share => Budget.Position.Step / Budget.Position.Total;

        public double ShareAt(double seconds) => Shares[_times.FindIndex(time => time >= seconds)];

        public void Step()
        {
            var isHalfSize = Budget.IsHalfSize(Budget.Steps);
            Budget.BeginStep();
            Last = Budget.Position;
            // The first steps are slow everywhere.
            Spend(_step * (isHalfSize ? HalfSizeCost : 1) * (Shares.Count == 0 ? 3 : 1));
            Budget.EndStep(isHalfSize);
            HalfSizeSteps += isHalfSize ? 1 : 0;
            Shares.Add(Last.Step / Last.Total);
            _times.Add(Seconds);
            if (Budget.Steps % 10 == 0 || Budget.IsOver)
            {
                Budget.Score(() => Spend(_scoring));
            }
            if (Budget.Steps % 30 == 0)
            {
                Budget.Save(() => Spend(_scoring / 2));
            }
        }

        public void ToTheEnd()
        {
            while (!Budget.IsOver)
            {
                Step();
            }
        }

        private bool Spend(double seconds)
        {
            _clock.Advance(seconds * _slowness(Seconds));
            return true;
        }
    }
}
