using BenchmarkDotNet.Attributes;
using Byol.MLNet.Classifiers;

namespace Byol.Benchmarks.Parts;

/// <summary>200 nearest neighbours of 1,000 queries among 10,000 embeddings of 512 values.</summary>
public class KnnBenchmarks
{
    private const int Classes = 10;

    private LabelledVectors _bank = new([], [], Classes);
    private LabelledVectors _queries = new([], [], Classes);

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Samples.Seed);
        _bank = Rows(10_000);
        _queries = Rows(1_000);

        LabelledVectors Rows(int count) => new(
            [.. Enumerable.Range(0, count).Select(_ => Row())], [
                .. Enumerable.Range(0, count).Select(i => i % Classes)], Classes);

        float[] Row() => [.. Enumerable.Range(0, 512).Select(_ => random.NextSingle() - 0.5f)];
    }

    [Benchmark]
    public int Votes() => new WeightedKnn().Probabilities(_bank, _queries).Count;
}
