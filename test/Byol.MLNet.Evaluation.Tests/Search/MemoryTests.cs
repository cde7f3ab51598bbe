using Byol.MLNet.Tests;
using Microsoft.ML;

namespace Byol.MLNet.Evaluation.Tests.Search;

/// <summary>What is made and dropped leaves no managed memory behind.</summary>
[TestClass]
[DoNotParallelize]
public class MemoryTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ExperimentsAreDropped() => MemoryLevel.AssertKept(_mlContext, (encoder, data) =>
        new ByolExperiment(
            _mlContext,
            encoder,
            new ByolExperimentSettings { MaxExperimentTime = TimeSpan.FromSeconds(3) }).Execute(data));
}
