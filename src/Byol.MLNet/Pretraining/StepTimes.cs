namespace Byol.MLNet.Pretraining;

/// <summary>
/// What a step takes, from the last ones. Steps with views of half the size count as what they would take at the whole
/// size, once some of both have been seen.
/// </summary>
/// <param name="window">Seconds that are averaged over.</param>
/// <param name="seconds">What is known before the first step.</param>
/// <param name="sizeRatio">A step at the whole size over one at half the size, where that is known.</param>
internal sealed class StepTimes(double window, double? seconds = null, double sizeRatio = StepTimes.UsualSizeRatio)
{
    /// <summary>
    /// A step at the whole size over one at half the size where nothing is known yet: four times the pixels, but parts
    /// of a step do not depend on them.
    /// </summary>
    public const double UsualSizeRatio = 3.5;

    private const double SmallestRatio = 1.5;
    private const double LargestRatio = 5;
    private const int SmallestCount = 5;
    private const int LargestCount = 1000;

    private readonly Queue<(double Seconds, bool IsHalfSize)> _recent = [];
    private double _halfSizeSum;
    private double _wholeSizeSum;
    private bool _hasHalfSize;
    private bool _hasWholeSize;

    /// <summary>Seconds of a step at the whole size; null where nothing is known yet.</summary>
    public double? Seconds { get; private set; } = seconds;

    public double SizeRatio { get; private set; } = sizeRatio;

    /// <summary>Seconds of all steps together.</summary>
    public double Total { get; private set; }

    public void Add(double seconds, bool isHalfSize)
    {
        Total += seconds;
        if (IsFirst(isHalfSize))
        {
            // The first step of a size is slow: kernels are made for it. It says something only where nothing else
            // does.
            Seconds ??= isHalfSize ? seconds * SizeRatio : seconds;
            return;
        }
        if (!isHalfSize && _wholeSizeSum == 0 && _halfSizeSum > 0)
        {
            SizeRatio = Math.Clamp(seconds * _recent.Count / _halfSizeSum, SmallestRatio, LargestRatio);
        }
        Remember(seconds, isHalfSize);
        while (_recent.Count > SmallestCount && (_halfSizeSum + _wholeSizeSum > window || _recent.Count > LargestCount))
        {
            var (oldest, wasHalfSize) = _recent.Dequeue();
            Remember(-oldest, wasHalfSize, isNew: false);
        }
        Seconds = (_halfSizeSum * SizeRatio + _wholeSizeSum) / _recent.Count;
    }

    private bool IsFirst(bool isHalfSize)
    {
        ref var isKnown = ref isHalfSize ? ref _hasHalfSize : ref _hasWholeSize;
        var isFirst = !isKnown;
        isKnown = true;
        return isFirst;
    }

    private void Remember(double seconds, bool isHalfSize, bool isNew = true)
    {
        if (isNew)
        {
            _recent.Enqueue((seconds, isHalfSize));
        }
        if (isHalfSize)
        {
            _halfSizeSum += seconds;
        }
        else
        {
            _wholeSizeSum += seconds;
        }
    }
}
