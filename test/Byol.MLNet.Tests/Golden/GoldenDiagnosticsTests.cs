using Byol.MLNet.Pretraining.Monitoring;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Golden;

/// <summary>The figures about features against NumPy 2.2, computed from the same made-up outputs.</summary>
[TestClass]
public class GoldenDiagnosticsTests
{
    private const int Samples = 80;
    private const int Dimensions = 8;

    [TestMethod]
    public void FiguresAreNumPys()
    {
        using var scope = NewDisposeScope();
        var projection = tensor(
            GoldenValues.UnitFloats(Samples * Dimensions, 61)
                .Select((value, i) => (float)((double)value * (i % Dimensions + 1) + 0.5))
                .ToArray(),
            [Samples, Dimensions]);
        var targetValues = GoldenValues.UnitFloats(Samples * Dimensions, 62);
        var target = tensor(targetValues, [Samples, Dimensions]);
        var noise = GoldenValues.UnitFloats(Samples * Dimensions, 63);
        var prediction = tensor(
            targetValues.Select((value, i) => (float)(value + 0.25 * noise[i])).ToArray(), [Samples, Dimensions]);

        AssertClose("feature_variance", FeatureDiagnostics.FeatureVariance(projection));
        AssertClose("normalized_spread", FeatureDiagnostics.NormalizedSpread(projection));
        var (positive, negative) = FeatureDiagnostics.Similarities(prediction, target);
        AssertClose("positive_similarity", positive);
        Assert.AreEqual(GoldenValues.Diagnostics.GetProperty("negative_similarity").GetDouble(), negative, 1e-6);
        var eigenvalues = FeatureDiagnostics.Eigenvalues(projection);
        AssertClose("largest_eigenvalue", eigenvalues[0]);
        AssertClose("smallest_eigenvalue", eigenvalues[^1]);
        AssertClose("effective_rank", FeatureDiagnostics.EffectiveRank(projection));
        AssertClose("explained_variance", FeatureDiagnostics.ExplainedVariance(prediction, target));
    }

    [TestMethod]
    public void RatioOfEigenvaluesNeedsEightSamplesADimension()
    {
        using var scope = NewDisposeScope();
        using var recent = new RecentProjections();
        for (var batch = 0; batch < 4; batch++)
        {
            recent.Add(tensor(GoldenValues.UnitFloats(16 * Dimensions, batch), [16, Dimensions]));
            Assert.AreEqual(batch == 3, recent.Spectrum().Ratio is not null, $"{16 * (batch + 1)} samples");
        }
        Assert.HasCount(Dimensions, recent.Spectrum().Eigenvalues);
    }

    private static void AssertClose(string name, double actual)
    {
        var expected = GoldenValues.Diagnostics.GetProperty(name).GetDouble();
        Assert.AreEqual(expected, actual, 1e-5 * Math.Abs(expected), name);
    }
}
