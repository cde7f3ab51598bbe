using Byol.MLNet.Images;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>Images as a run finds them, read and stored.</summary>
internal static class TestStores
{
    /// <summary>So many images of random bytes.</summary>
    public static ImageStore Noise(int count, int seed)
    {
        var random = new Random(seed);
        var store = new ImageStore(TestPictures.Side, long.MaxValue);
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[3 * TestPictures.Side * TestPictures.Side];
            random.NextBytes(pixels);
            store.Add(pixels);
        }
        store.Complete();
        return store;
    }
}
