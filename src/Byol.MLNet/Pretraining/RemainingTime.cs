namespace Byol.MLNet.Pretraining;

/// <summary>What is left of a run in time, from what its steps and scorings took so far.</summary>
internal sealed class RemainingTime(TrainingSchedule schedule)
{
    private readonly Mean _half = new();
    private readonly Mean _full = new();
    private readonly Mean _scoring = new();

    public void AddStep(bool isHalfSize, TimeSpan time) => (isHalfSize ? _half : _full).Add(time.TotalSeconds);

    /// <summary>Adds what the scores of an epoch's end took, or those before the first step.</summary>
    public void AddScoring(TimeSpan time) => _scoring.Add(time.TotalSeconds);

    /// <summary>The time from here to the end.</summary>
    /// <param name="step">Steps taken.</param>
    /// <param name="scorings">Epochs that will still be scored.</param>
    public TimeSpan Left(long step, long scorings)
    {
        var halfSteps = Math.Max(schedule.HalfSizeSteps - step, 0);
        var fullStep = _full.Count > 0 ? _full.Value : StepTimes.UsualSizeRatio * _half.Value;
        return TimeSpan.FromSeconds(Math.Min(
            halfSteps * _half.Value + (schedule.TotalSteps - step - halfSteps) * fullStep + scorings * _scoring.Value,
            TimeSpan.MaxValue.TotalSeconds / 2));
    }

    /// <summary>A mean that follows the last values: the first ones are slow, and a machine's load changes.</summary>
    private sealed class Mean
    {
        private const int Window = 50;

        public int Count { get; private set; }

        public double Value { get; private set; }

        public void Add(double value) => Value += (value - Value) / Math.Min(++Count, Window);
    }
}
