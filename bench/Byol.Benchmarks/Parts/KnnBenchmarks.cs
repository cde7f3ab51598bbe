using BenchmarkDotNet.Attributes;
using Byol.MLNet.Classifiers;

namespace Byol.Benchmarks.Parts;

/// <summary>200 nearest neighbours of 1,000 queries among 10,000 embeddings of 512 values.</summary>
public class KnnBenchmarks
{
    private const int Classes = 10;

    private float[][] _bank = [];
    private float[][] _queries = [];
    private int[] _classes = [];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Samples.Seed);
        _bank = Rows(10_000);
        _queries = Rows(1_000);
        _classes = [.. Enumerable.Range(0, _bank.Length).Select(i => i % Classes)];

        float[][] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 512).Select(_ => random.NextSingle() - 0.5f).ToArray())];
    }

    [Benchmark]
    public int Votes() => WeightedKnn.Votes(_bank, _classes, _queries, Classes, WeightedKnn.DefaultNeighbours).Length;
}
