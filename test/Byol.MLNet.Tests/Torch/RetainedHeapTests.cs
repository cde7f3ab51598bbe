using System.Diagnostics;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Torch;

[TestClass]
public class RetainedHeapTests
{
    private const long Megabyte = 1 << 20;
    private const int Tensors = 50;

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void MemoryIsKeptUntilTheEndAndThenGivenBack()
    {
        long inUse;
        using (new RetainedHeap())
        {
            Tensor[] tensors = [.. Enumerable.Range(0, Tensors).Select(_ => ones(8 * Megabyte / sizeof(float)))];
            inUse = WorkingSet();
            foreach (var tensor in tensors)
            {
                tensor.Dispose();
            }
            Assert.IsGreaterThan(inUse - 100 * Megabyte, WorkingSet());
        }
        Assert.IsLessThan(inUse - 300 * Megabyte, WorkingSet());
    }

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
