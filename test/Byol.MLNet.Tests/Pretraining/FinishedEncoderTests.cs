using Byol.MLNet.Encoders;
using Byol.MLNet.Onnx;
using Byol.MLNet.Pretraining;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>What is fitted after the last step, where processes on unlike processors come to unlike results.</summary>
[TestClass]
public class FinishedEncoderTests
{
    private static readonly TensorSpec Kernel = TensorSpec.Convolution("conv", 2, 3, 1);

    [TestMethod]
    [DataRow(ByolWhitening.Zca, ByolWhitening.None)]
    [DataRow(ByolWhitening.None, ByolWhitening.Zca)]
    [DataRow(ByolWhitening.Centred, ByolWhitening.Zca)]
    [DataRow(ByolWhitening.Pca, null)]
    [DataRow(null, ByolWhitening.Centred)]
    public void AllProcessesGetWhatTheFirstFound(ByolWhitening? first, ByolWhitening? second)
    {
        var results = ThreadCollective.Run(2, collective =>
        {
            var isFirst = collective.Rank == 0;
            var own = isFirst ? Encoder(first, 1, keepsStart: true) : Encoder(second, 2, keepsStart: false);
            return own.OfFirst(collective);
        });
        var expected = Encoder(first, 1, keepsStart: true);
        foreach (var result in results)
        {
            Assert.AreEqual(expected.Whitening, result.Whitening);
            Assert.IsTrue(result.Guard!.KeepsStart);
            CollectionAssert.AreEqual(
                expected.Weights.Specs.Select(spec => spec.Name).ToArray(),
                result.Weights.Specs.Select(spec => spec.Name).ToArray());
            foreach (var spec in expected.Weights.Specs)
            {
                CollectionAssert.AreEqual(expected.Weights[spec.Name], result.Weights[spec.Name], spec.Name);
            }
        }
    }

    private static FinishedEncoder Encoder(ByolWhitening? kind, float value, bool keepsStart)
    {
        var whitening = kind is { } known ? new EmbeddingWhitening(known, known == ByolWhitening.Pca ? 1 : 2) : null;
        var weights = new NetworkWeights(
            [Kernel, .. whitening?.Tensors(2) ?? []],
            spec => [.. Enumerable.Range(0, (int)spec.Count).Select(index => value + index)]);
        return new FinishedEncoder(weights, whitening) { Guard = new StartGuard(keepsStart, "As it was found.") };
    }
}
