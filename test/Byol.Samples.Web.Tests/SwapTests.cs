using System.Net;
using System.Runtime.CompilerServices;
using Byol.MLNet.Tests;
using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Models;
using Byol.Samples.Web.Tests.Support;

namespace Byol.Samples.Web.Tests;

[TestClass]
public class SwapTests
{
    private const int Swaps = 10;
    private const int Clients = 4;

    [TestMethod]
    public async Task TheModelIsReplacedUnderLoadAndNoRequestFails()
    {
        using var folder = new TemporaryFolder();
        File.Copy(ModelFiles.First, folder["model.zip"]);
        using var service = await Service.Start(("Model:Path", folder["model.zip"]));
        using var client = service.CreateClient();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, Clients).Select(_ => PredictUntil(client, stop.Token)).ToArray();
        var models = new List<WeakReference> { Current(service.Models) };
        for (var i = 1; i <= Swaps; i++)
        {
            var before = models[^1];
            Replace(folder["model.zip"], i % 2 == 0 ? ModelFiles.First : ModelFiles.Second, i);
            await service.WaitUntil(() => Current(service.Models).Target != before.Target);
            models.Add(Current(service.Models));
        }
        await stop.CancelAsync();

        string[] labels = [.. (await Task.WhenAll(load)).SelectMany(answers => answers)];
        Assert.Contains("other", labels.Select(label => label.Split(' ')[0]));
        Assert.IsTrue(labels.Any(label => !label.StartsWith("other", StringComparison.Ordinal)));
        await service.WaitUntil(() => service.Lines.Count("was freed") == Swaps);
        // Only the one that is served is left in memory.
        await service.WaitUntil(() => Alive(models) == 1);
    }

    [TestMethod]
    public async Task ABrokenFileIsToldInASentenceAndTheOldModelStays()
    {
        using var folder = new TemporaryFolder();
        File.Copy(ModelFiles.First, folder["model.zip"]);
        using var service = await Service.Start(("Model:Path", folder["model.zip"]));
        using var client = service.CreateClient();
        using var metrics = new Measurements();
        File.WriteAllText(folder["model.zip"], "half a file");
        await service.WaitUntil(() => service.Lines.Any("is not served"));
        var line = service.Lines.Single("is not served");
        Assert.Contains("ML.NET cannot read it", line);
        Assert.Contains("what was served stays", line);
        Assert.DoesNotContain("\n", line);
        Assert.AreEqual(1, metrics.Sum(ServiceMetrics.Swaps, "refused"));
        await Answers(client, "");

        Replace(folder["model.zip"], ModelFiles.Second, 1);
        await service.WaitUntil(() => metrics.Sum(ServiceMetrics.Swaps, "loaded") == 1);
        await Answers(client, "other ");
    }

    [TestMethod]
    public async Task AnIndexOfAnotherEncoderIsRefusedWithItsLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["index.csv"], "image,e0,e1\na.png,1,2\n");
        using var service = await Service.Start(("Model:Index", folder["index.csv"]));
        Assert.IsFalse(service.Models.IsLoaded);
        Assert.Contains("line 2 of the index", service.Lines.Single("is not served"));

        File.Copy(ModelFiles.Index, folder["index.csv"], overwrite: true);
        await service.WaitUntil(() => service.Models.IsLoaded);
    }

    [TestMethod]
    public async Task AnIndexThatIsNotThereIsToldByItsName()
    {
        using var folder = new TemporaryFolder();
        using var service = await Service.Start(("Model:Index", folder["index.csv"]));
        var line = service.Lines.Single("is not served");
        Assert.Contains($"the index '{folder["index.csv"]}' cannot be read", line);
        Assert.Contains("the service is not ready", line);

        File.Copy(ModelFiles.Index, folder["index.csv"]);
        await service.WaitUntil(() => service.Models.IsLoaded);
        File.Delete(folder["index.csv"]);
        await service.WaitUntil(() => service.Lines.Any("what was served stays"));
        Assert.IsTrue(service.Models.IsLoaded);
    }

    [TestMethod]
    public async Task TheServiceIsReadyWhenItsModelHasCome()
    {
        using var folder = new TemporaryFolder();
        using var service = await Service.Start(("Model:Path", folder["model.zip"]));
        using var client = service.CreateClient();
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("/health/live")).StatusCode);
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health/ready")).StatusCode);
        var answer = await client.Predict(File.ReadAllBytes(ModelFiles.Pictures[0]));
        Assert.Contains("No model is loaded", await answer.ReadProblem(HttpStatusCode.ServiceUnavailable));
        Assert.IsNotNull(answer.Headers.RetryAfter);

        File.Copy(ModelFiles.First, folder["model.zip"]);
        await service.WaitUntil(() => service.Models.IsLoaded);
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
        await Answers(client, "");
    }

    [TestMethod]
    public async Task NothingIsLeftInTheFolderForTemporaryFiles()
    {
        using var folder = new TemporaryFolder();
        var models = Directory.CreateDirectory(folder["temporary"]).FullName;
        Service? service = null;
        TemporaryFolder.Use(models, () => service = Service.Start().GetAwaiter().GetResult());
        Assert.IsTrue(service!.Models.IsLoaded);
        service.Dispose();
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(models));
    }

    private static async Task<List<string>> PredictUntil(HttpClient client, CancellationToken stop)
    {
        var (picture, labels) = (File.ReadAllBytes(ModelFiles.Pictures[0]), new List<string>());
        while (!stop.IsCancellationRequested)
        {
            labels.Add((await (await client.Predict(picture, CancellationToken.None)).ReadPrediction()).Label);
        }
        return labels;
    }

    private static async Task Answers(HttpClient client, string prefix)
    {
        var answer = await (await client.Predict(File.ReadAllBytes(ModelFiles.Pictures[0]))).ReadPrediction();
        Assert.Contains(answer.Label, new[] { $"{prefix}disc", $"{prefix}frame", $"{prefix}stripes" });
    }

    // As deployments do: whole under another name, then renamed. The time of change is another each time.
    private static void Replace(string file, string with, int number)
    {
        File.Copy(with, file + ".new");
        File.SetLastWriteTimeUtc(file + ".new", DateTime.UtcNow.AddSeconds(number));
        File.Move(file + ".new", file, overwrite: true);
    }

    // Not inlined, so that nothing of it is left on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Current(ModelStore models)
    {
        var model = models.Use()!;
        model.Release();
        return new WeakReference(model);
    }

    private static int Alive(IEnumerable<WeakReference> models)
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return models.Count(model => model.IsAlive);
    }
}
