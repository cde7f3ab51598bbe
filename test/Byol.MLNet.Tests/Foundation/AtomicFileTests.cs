using System.Diagnostics;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Tests.Foundation;

/// <summary>What an output path may be besides a plain file.</summary>
[TestClass]
public class AtomicFileTests
{
    private static readonly byte[] Content = [.. "what was written"u8];

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void ALinkStaysAndItsTargetIsWritten()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["elsewhere"]);
        File.WriteAllText(folder["elsewhere/target"], "as it was");
        File.CreateSymbolicLink(folder["second"], "elsewhere/target");
        File.CreateSymbolicLink(folder["link"], "second");
        File.CreateSymbolicLink(folder["dangling"], "elsewhere/new");
        AtomicFile.Write(folder["link"], Write);
        AtomicFile.Write(folder["dangling"], Write);
        Assert.AreEqual("second", new FileInfo(folder["link"]).LinkTarget);
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(folder["elsewhere/target"]));
        Assert.AreEqual("elsewhere/new", new FileInfo(folder["dangling"]).LinkTarget);
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(folder["elsewhere/new"]));
        Assert.HasCount(2, Directory.GetFiles(folder["elsewhere"]), "No temporary file stays.");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public void ALoopOfLinksIsAnErrorThatNamesThePath()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["a"], "b");
        File.CreateSymbolicLink(folder["b"], "a");
        Assert.Contains(
            folder["a"], Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(folder["a"], Write)).Message);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux | OperatingSystems.OSX)]
    public async Task APipeIsWrittenInPlace()
    {
        using var folder = new TemporaryFolder();
        Run("mkfifo", folder["pipe"]);
        var read = Task.Run(() => File.ReadAllBytes(folder["pipe"]));
        AtomicFile.Write(folder["pipe"], Write);
        CollectionAssert.AreEqual(Content, await read.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder[""]));
        Assert.IsTrue(OutputTarget.Of(folder["pipe"]).IsInPlace, "It is still a pipe.");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void ADeviceStaysADevice()
    {
        using var folder = new TemporaryFolder();
        // A null device of the test's own: the system's would be lost to all where this fails.
        if (Run("mknod", folder["null"], "c", "1", "3") != 0)
        {
            Assert.Inconclusive("Only root makes devices.");
        }
        AtomicFile.Write(folder["null"], Write);
        Assert.IsTrue(OutputTarget.Of(folder["null"]).IsInPlace);
        Assert.AreEqual(0, new FileInfo(folder["null"]).Length);
    }

    [TestMethod]
    public void AFailureLeavesWhatWasThere()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "as it was");
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(folder["file"], stream =>
        {
            Write(stream);
            throw new IOException("no space left");
        }));
        Assert.AreEqual("as it was", File.ReadAllText(folder["file"]));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder[""]));
    }

    private static void Write(Stream stream) => stream.Write(Content);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
