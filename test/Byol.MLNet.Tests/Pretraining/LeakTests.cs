using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Memory over many fits of one process.</summary>
[TestClass]
[DoNotParallelize]
public class LeakTests
{
    private const double Megabyte = 1 << 20;

    [TestMethod]
    public void ManagedMemoryIsLevelAfterTheSecondAndTheSixthFit()
    {
        var second = 0L;
        for (var fit = 1; fit <= 6; fit++)
        {
            Fit();
            if (fit == 2)
            {
                second = Managed();
            }
        }
        // The views of one fit's batches alone are 6 MB.
        Assert.IsLessThan(2, (Managed() - second) / Megabyte);
    }

    private static void Fit()
    {
        var options = TestPictures.TinyRecipe();
        options.Change(recipe => recipe with
        {
            Encoder = recipe.Encoder with { ImageSize = 64 },
            BatchSize = 32,
            ValidationFraction = 0.25,
        });
        var mlContext = new MLContext(1);
        mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(96, side: 64)));
    }

    private static long Managed()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
