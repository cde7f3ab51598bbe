using Byol.MLNet.Collectives;

namespace Byol.MLNet.Tests.Collectives;

[TestClass]
public class MpiLauncherTests
{
    [TestMethod]
    public void ALauncherSaysWhichProcessThisIs()
    {
        Assert.IsNull(Find([]));
        Assert.AreEqual(
            new MpiLauncher(MpiKind.OpenMpi, 1, 4),
            Find(new() { ["OMPI_COMM_WORLD_RANK"] = "1", ["OMPI_COMM_WORLD_SIZE"] = "4" }));
        Assert.AreEqual(
            new MpiLauncher(MpiKind.Mpich, 2, 3), Find(new() { ["PMI_RANK"] = "2", ["PMI_SIZE"] = "3" }));
        Assert.IsNull(Find(new() { ["PMI_RANK"] = "3", ["PMI_SIZE"] = "3" }));
        Assert.IsNull(Find(new() { ["PMI_RANK"] = "first", ["PMI_SIZE"] = "3" }));
    }

    [TestMethod]
    public void AMissingLibraryIsNamedWithWhatToInstall() => Assert.Contains(
        "Open MPI, whose library cannot be loaded (libnowhere.so); install openmpi-bin",
        Assert.ThrowsExactly<InvalidOperationException>(
            () => MpiLibrary.Load(MpiKind.OpenMpi, ["libnowhere.so"])).Message);

    private static MpiLauncher? Find(Dictionary<string, string> variables) =>
        MpiLauncher.Find(variables.GetValueOrDefault);
}
