using static TorchSharp.torch;

namespace Byol.MLNet.Tests;

[TestClass]
public static class OneThread
{
    /// <summary>
    /// Threads of libtorch wait actively for each other, which beside other work takes minutes where one takes seconds.
    /// </summary>
    [AssemblyInitialize]
    public static void UseOneThread(TestContext context) => set_num_threads(1);
}
