using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace Byol.MLNet.Tests;

/// <summary>Checks that what is made from an encoder and dropped leaves no managed memory behind.</summary>
internal static class MemoryLevel
{
    private const long Slack = 1_500_000;

    public static void AssertKept(MLContext mlContext, Action<ByolEmbeddingTransformer, IDataView> use)
    {
        using var folder = new TemporaryFolder();
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.ColourFiles(folder.Path, 60));
        var encoder = mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data);
        Use();
        Use();
        var before = Level();
        for (var i = 0; i < 4; i++)
        {
            Use();
        }
        Assert.IsLessThan(before + Slack, Level());

        // Not inlined, so that nothing of it is left on the stack.
        [MethodImpl(MethodImplOptions.NoInlining)]
        void Use() => use(encoder, data);
    }

    private static long Level()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
