using BenchmarkDotNet.Attributes;
using Byol.MLNet.Embedding;
using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Benchmarks.Parts;

/// <summary>The image front end, one picture at a time.</summary>
public class FrontEndBenchmarks
{
    private FrontEnd _frontEnd = null!;
    private MLImage _image = null!;

    [Params(32, 512)]
    public int ImageSide { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _frontEnd = new FrontEnd(new MLContext(Samples.Seed).Transforms, ImageSide == 32 ? 32 : 128);
        _image = Samples.Image(ImageSide, Samples.Seed);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _frontEnd.Dispose();
        _image.Dispose();
    }

    [Benchmark]
    public int Extract() => _frontEnd.Extract(_image).Length;
}

/// <summary>The frozen encoder by batch size: compare the time divided by the size.</summary>
public class OnnxBenchmarks
{
    private BatchEmbedder _embedder = null!;
    private byte[][] _images = [];

    [Params(1, 8, 32, 128, 512)]
    public int BatchSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _embedder = new BatchEmbedder(new MLContext(Samples.Seed).Transforms, Samples.Encoder());
        _images = [.. Enumerable.Range(0, BatchSize).Select(i => Samples.Pixels(Samples.Side, i))];
    }

    [Benchmark]
    public int Embed() => _embedder.Embed(_images).Length;
}
