namespace Byol.MLNet.Foundation;

/// <summary>What a stream of random numbers is for; streams of different purposes never overlap.</summary>
internal enum RandomPurpose
{
    Initialization,
    ImageSample,
    ValidationSplit,
    Order,
    View,
    ValidationView,
    DataSplit,
    AgreementSample,
    AgreementView,
}

/// <summary>
/// The run's own generator: xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64 from the run's seed, a purpose
/// and indices.
/// Because a stream is a pure function of those, draws do not depend on threads, on other images or on where a run was
/// resumed.
/// </summary>
internal sealed class RandomStream
{
    private ulong _s0, _s1, _s2, _s3;

    private RandomStream(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    public static RandomStream For(RandomPurpose purpose, int seed, long first = 0, long second = 0, long third = 0)
    {
        var state = (uint)seed | ((ulong)purpose << 32);
        foreach (var part in (ReadOnlySpan<long>)[first, second, third])
        {
            state = SplitMix(ref state) ^ (ulong)part;
        }
        return new RandomStream(state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [-1, 1).</summary>
    public double NextSigned() => 2 * NextUnit() - 1;

    public double NextUniform(double minimum, double maximum) => minimum + (maximum - minimum) * NextUnit();

    /// <summary>Uniform in 0 … count − 1.</summary>
    public int NextIndex(int count) => (int)(NextUnit() * count);

    public bool NextChance(double probability) => NextUnit() < probability;

    public double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - NextUnit())) * Math.Cos(2 * Math.PI * NextUnit());

    /// <summary>Puts the items into a uniformly drawn order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextIndex(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private ulong NextBits()
    {
        var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }
}
