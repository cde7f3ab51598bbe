using System.Globalization;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods.Byol;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Golden;

[TestClass]
public class GoldenScheduleTests
{
    [TestMethod]
    public void CosineTauIsThePapersAndStaysAtOneAfterTheEnd()
    {
        foreach (var entry in GoldenValues.Root.GetProperty("tau_cosine/0.996/1950").EnumerateObject())
        {
            Assert.AreEqual(
                entry.Value.GetDouble(),
                TauSchedules.Cosine(Step(entry.Name), 1950, 0.996),
                1e-9,
                $"step {entry.Name}");
        }
    }

    [TestMethod]
    public void OneCycleIsPyTorchs()
    {
        var rates = GoldenValues.Root.GetProperty("one_cycle/max2e-3/1870/pct0.25/div25/final1e5");
        foreach (var entry in rates.EnumerateObject())
        {
            var rate = new TrainingSchedule(ByolRecipe.Walkthrough, 1870).LearningRate(Step(entry.Name));
            Assert.AreEqual(entry.Value.GetDouble(), rate, 1e-9, $"step {entry.Name}");
        }
    }

    [TestMethod]
    public void LossIsTheMeanOfTwoMinusTwiceTheCosine()
    {
        using var scope = NewDisposeScope();
        var prediction = tensor(GoldenValues.UnitFloats(6 * 16, 11), [6, 16]);
        var target = tensor(GoldenValues.UnitFloats(6 * 16, 12), [6, 16]);
        var expected = GoldenValues.Root.GetProperty("loss").GetProperty("mean_2_minus_2cos").GetDouble();
        Assert.AreEqual(expected, ByolLoss.Of(prediction, target).item<float>(), 1e-6);
    }

    private static long Step(string name) => long.Parse(name, CultureInfo.InvariantCulture);
}
