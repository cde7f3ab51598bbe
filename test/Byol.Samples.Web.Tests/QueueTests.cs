using System.Net;
using Byol.Samples.Web.Diagnostics;
using Byol.Samples.Web.Tests.Support;

namespace Byol.Samples.Web.Tests;

[TestClass]
public class QueueTests
{
    private const int Length = 4;

    private static byte[] Picture(int number) => File.ReadAllBytes(ModelFiles.Pictures[number]);

    [TestMethod]
    public async Task ARequestBeyondTheQueueIsToldToComeAgain()
    {
        using var service = await Service.StartWithoutEngines(("Engines:QueueLength", $"{Length}"));
        using var client = service.CreateClient();
        using var metrics = new Measurements();
        var waiting = Enumerable.Range(0, Length).Select(i => client.Predict(Picture(i))).ToArray();
        await service.WaitUntil(() => metrics.Sum(ServiceMetrics.Queue) == Length);

        var answer = await client.Predict(Picture(0));
        Assert.Contains("4 pictures wait", await answer.ReadProblem(HttpStatusCode.TooManyRequests));
        Assert.AreEqual(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        Assert.AreEqual(1, metrics.Sum(ServiceMetrics.Requests, "rejected"));

        var engines = await service.StartEngines();
        foreach (var request in waiting)
        {
            await (await request).ReadPrediction();
        }
        await engines.StopAsync(CancellationToken.None);
    }

    [TestMethod]
    public async Task PicturesThatWaitArePredictedTogetherAndEachGetsItsOwnAnswer()
    {
        using var reference = await Service.Start(("Engines:BatchSize", "1"));
        using var alone = reference.CreateClient();
        using var service = await Service.StartWithoutEngines(("Engines:Count", "1"));
        using var client = service.CreateClient();
        using var metrics = new Measurements();
        var answers = Enumerable.Range(0, 8).Select(i => client.Predict(Picture(i))).ToArray();
        await service.WaitUntil(() => metrics.Sum(ServiceMetrics.Queue) == 8);

        var engines = await service.StartEngines();
        foreach (var (answer, i) in answers.Select((answer, i) => (answer, i)))
        {
            var prediction = await (await answer).ReadPrediction();
            var expected = await (await alone.Predict(Picture(i))).ReadPrediction();
            Assert.AreEqual(expected.Label, prediction.Label);
            Assert.AreEqual(expected.Scores[0].Score, prediction.Scores[0].Score, 1e-5);
        }
        await engines.StopAsync(CancellationToken.None);
        Assert.AreEqual(8, metrics.Max(ServiceMetrics.Batch));
        Assert.AreEqual(0, metrics.Sum(ServiceMetrics.Queue));
    }

    [TestMethod]
    public async Task ABrokenPictureDoesNotSpoilTheOthersOfItsBatch()
    {
        using var service = await Service.StartWithoutEngines(("Engines:Count", "1"));
        using var client = service.CreateClient();
        using var metrics = new Measurements();
        var good = client.Predict(Picture(0));
        var broken = client.Predict([1, 2, 3]);
        var alsoGood = client.Predict(Picture(1));
        await service.WaitUntil(() => metrics.Sum(ServiceMetrics.Queue) == 3);

        var engines = await service.StartEngines();
        await (await broken).ReadProblem(HttpStatusCode.BadRequest);
        await (await good).ReadPrediction();
        await (await alsoGood).ReadPrediction();
        await engines.StopAsync(CancellationToken.None);
        Assert.AreEqual(3, metrics.Max(ServiceMetrics.Batch));
    }

    [TestMethod]
    public async Task APictureThatWaitsTooLongIsRefused()
    {
        using var service = await Service.StartWithoutEngines(("Uploads:Timeout", "00:00:01"));
        using var client = service.CreateClient();
        var answer = await client.Predict(Picture(0));
        Assert.Contains("took too long", await answer.ReadProblem(HttpStatusCode.RequestTimeout));
        Assert.AreEqual(1, service.Lines.Count("was refused with 408"));
        Assert.AreEqual(0, service.Lines.Count("Warning: "));
    }

    [TestMethod]
    public async Task APictureThatNobodyWaitsForIsNotPredicted()
    {
        using var service = await Service.StartWithoutEngines(("Engines:Count", "1"));
        using var client = service.CreateClient();
        using var metrics = new Measurements();
        using var cancellation = new CancellationTokenSource();
        var request = client.Predict(Picture(0), cancellation.Token);
        await service.WaitUntil(() => metrics.Sum(ServiceMetrics.Queue) == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => request);

        var engines = await service.StartEngines();
        await service.WaitUntil(() => metrics.Sum(ServiceMetrics.Requests, "aborted") == 1);
        await engines.StopAsync(CancellationToken.None);
        Assert.AreEqual(0, metrics.Sum(ServiceMetrics.Requests, "answered"));
    }
}
