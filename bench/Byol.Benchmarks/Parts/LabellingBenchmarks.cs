using BenchmarkDotNet.Attributes;
using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Labelling.Embeddings;

namespace Byol.Benchmarks.Parts;

/// <summary>What the label page waits for: a search among 100,000 embeddings of 512 values, and the ranking of 5,000
/// images after a label.</summary>
public class LabellingBenchmarks
{
    private const int Dimension = 512;
    private const int Classes = 10;

    private static readonly string[] Names = [.. Enumerable.Range(0, Classes).Select(label => $"class {label}")];

    private UnitVectors _many = new([], Dimension);
    private UnitVectors _images = new([], Dimension);
    private LabelledImages _labelled = new([], [], Names);
    private LinearTrainer? _trainer;

    [Params(100, 1000)]
    public int Labels { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(Samples.Seed);
        _many = Draw(100_000);
        _images = Draw(5_000);
        int[] images = [.. Enumerable.Range(0, Labels)];
        _labelled = new LabelledImages(images, [.. images.Select(image => image % Classes)], Names);
        _trainer = new LinearTrainer(_images);

        // Each class's vectors lie around its own direction.
        UnitVectors Draw(int count)
        {
            var values = new float[count][];
            for (var row = 0; row < count; row++)
            {
                values[row] = [.. Enumerable.Range(0, Dimension).Select(_ => random.NextSingle() - 0.5f)];
                values[row][row % Classes] += 2;
            }
            return UnitVectors.Of(values, Dimension);
        }
    }

    [Benchmark]
    public int Search() => _many.Nearest(_many[0], 1000).Rows.Length;

    [Benchmark]
    public int Refit() => _trainer!.Fit(_labelled).Rank(_images).Predicted.Count;
}
