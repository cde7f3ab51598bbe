using BenchmarkDotNet.Attributes;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Views;

namespace Byol.Benchmarks.Parts;

/// <summary>One view, and two views of a batch, on one thread.</summary>
public class AugmentationBenchmarks
{
    private const int Batch = 256;

    private ViewAugmenter _augmenter = null!;
    private byte[] _image = [];
    private float[] _view = [];
    private int _draw;

    /// <summary>Side of the stored picture; views are 32 pixels wide, or 64 from the larger one.</summary>
    [Params(32, 256)]
    public int StoredSide { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var size = StoredSide == 32 ? 32 : 64;
        _augmenter = new ViewAugmenter(ByolRecipe.Walkthrough.Views, size, Normalization.ImageNet);
        _image = Samples.Pixels(StoredSide, Samples.Seed);
        _view = new float[3 * size * size];
    }

    [Benchmark]
    public void View() =>
        _augmenter.Draw(_image, StoredSide, RandomStream.For(RandomPurpose.View, Samples.Seed, _draw++), _view);

    [Benchmark]
    public void TwoViewsOfABatch()
    {
        for (var i = 0; i < 2 * Batch; i++)
        {
            View();
        }
    }
}
