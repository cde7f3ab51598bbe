using Byol.MLNet.Onnx.Import;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Onnx.Import;

/// <summary>A model of this library says itself what pictures it takes.</summary>
[TestClass]
public class OwnModelTests
{
    private const int Side = 32;

    private readonly TemporaryFolder _folder = new();

    private ByolWeights Model => new(_folder["own.onnx"]);

    [TestInitialize]
    public void Write() => PretrainedEncoder
        .Load(new ByolWeights(new ForeignGraph().Conv(8, 3).Norm().Relu().Pool().Save(_folder)))
        .Save(_folder["own.onnx"]);

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void ASavedPipelineIsCalledWhatItIs()
    {
        var mlContext = new MLContext(1);
        var data = mlContext.Data.LoadFromEnumerable([new { Number = 1f }]);
        mlContext.Model.Save(mlContext.Transforms.CopyColumns("Same", "Number").Fit(data), data.Schema, _folder["zip"]);
        Assert.Contains(
            "is a saved pipeline of ML.NET",
            Assert.ThrowsExactly<InvalidDataException>(
                () => mlContext.Transforms.LoadByolEmbedding("Features", "Image", _folder["zip"])).Message);
    }

    [TestMethod]
    public void WhatElseIsSaidOfItIsRefused()
    {
        Refused(Model with { ImageSize = 64 }, "ImageSize is 64", "32; leave ImageSize out");
        Refused(Model with { ChannelOrder = ByolChannelOrder.Bgr }, "ChannelOrder is Bgr", "leave ChannelOrder out");
        Refused(Model with { Mean = [0.5f, 0.5f, 0.5f] }, "Mean is 0.5, 0.5, 0.5", "0.485, 0.456, 0.406");
        Refused(
            Model with { StandardDeviation = [1, 1, 1] }, "StandardDeviation is 1, 1, 1", "0.229, 0.224, 0.225");
    }

    [TestMethod]
    public void WhatItSaysItselfMayBeSaid()
    {
        var same = Model with
        {
            ImageSize = Side,
            ChannelOrder = ByolChannelOrder.Rgb,
            Mean = [0.485f, 0.456f, 0.406f],
            StandardDeviation = [0.229f, 0.224f, 0.225f],
        };
        Assert.AreEqual(Side, PretrainedEncoder.Load(same).Metadata.ImageSize);
        Assert.AreEqual(Side, PretrainedEncoder.Read(same).ImageSize);
    }

    [TestMethod]
    public void WeightsWithoutLayersAreNoModel()
    {
        File.WriteAllBytes(_folder["a.safetensors"], [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        File.WriteAllBytes(_folder["a.pth"], [.. "PK"u8, 3, 4, 0, 0, 0, 0, 0, 0]);
        File.WriteAllBytes(_folder["old.pth"], [0x80, 2, 0x8a, 10, 0, 0, 0, 0, 0, 0]);
        foreach (var name in new[] { "a.safetensors", "a.pth", "old.pth" })
        {
            Assert.AreEqual(
                $"'{_folder[name]}' holds weights alone; it must be an ONNX file, which holds a network's layers too.",
                Assert.ThrowsExactly<InvalidDataException>(
                    () => new MLContext().Transforms.LoadByolEmbedding("Features", "Image", _folder[name])).Message);
        }
    }

    [TestMethod]
    public void WhatIsLeftOutOfANetworkIsSaid()
    {
        var path = new ForeignGraph().Conv(8, 3).Norm().Relu().Pool().Gemm(4).Save(_folder);
        var mlContext = new MLContext();
        var lines = new List<string>();
        mlContext.Log += (_, entry) => lines.Add(entry.RawMessage ?? "");
        mlContext.Transforms.LoadByolEmbedding("Features", "Image", Model);
        Assert.DoesNotContain(path, string.Join('\n', lines));
        mlContext.Transforms.LoadByolEmbedding("Features", "Image", path);
        var line = lines.Single(line => line.Contains(path, StringComparison.Ordinal));
        Assert.Contains("what follows its features was left out", line);
        Assert.Contains("(Gemm)", line);
    }

    private static void Refused(ByolWeights weights, params string[] parts)
    {
        string[] messages =
        [
            Assert.ThrowsExactly<ArgumentException>(
                () => new MLContext().Transforms.LoadByolEmbedding("Features", "Image", weights)).Message,
            Assert.ThrowsExactly<ArgumentException>(() => PretrainedEncoder.Read(weights)).Message,
        ];
        foreach (var part in parts.Append(weights.Path))
        {
            Assert.IsTrue(messages.All(message => message.Contains(part, StringComparison.Ordinal)), messages[0]);
        }
    }
}
