namespace Byol.MLNet.Tests;

/// <summary>Reports of trainings that were never run.</summary>
internal static class TestReports
{
    public static ByolProgress Report(long step, double loss, double same, double different, double spread) => new()
    {
        Epoch = 1,
        Epochs = 1,
        IsEpochEnd = true,
        Step = step,
        TotalSteps = 100,
        Loss = loss,
        FeatureVariance = 0.2,
        NormalizedSpread = spread,
        PositiveSimilarity = same,
        NegativeSimilarity = different,
        ExplainedVariance = 0.5,
        EffectiveRank = 40,
        Eigenvalues = [2, 1],
        Tau = 0.99,
        LearningRate = 0.1,
        GradientNorm = 1,
        ImagesPerSecond = 100,
        Precision = ByolPrecision.Float32,
        Phases = new ByolPhases(0, 0, 0, 0, 0, 0),
    };
}
