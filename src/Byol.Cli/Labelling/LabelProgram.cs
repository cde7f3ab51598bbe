using System.Net;
using Byol.Cli.Data;
using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;
using Byol.Cli.Labelling.Pictures;
using Byol.Cli.Labelling.Web;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.Cli.Labelling;

/// <summary>What <c>label</c> is asked for.</summary>
internal sealed record LabelSettings(
    ByolWeights Model, DirectoryInfo Images, FileInfo Labels, IPAddress Address, int Port);

/// <summary>Serves the page until it is told to stop.</summary>
internal sealed class LabelProgram(MLContext mlContext, LabelSettings settings)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        using var file = LabelFile.Open(settings.Labels);
        var images = new SkippedFiles(null, stopping).Read(settings.Images);
        var session = new LabelSession(settings.Images.FullName, settings.Model.ToString(), file);
        using var thumbnails = new Thumbnails();
        var api = new LabelApi(session, thumbnails, stopping);
        var (app, safeguards) = await LabelServer.StartAsync(api, settings.Address, settings.Port, stopping);
        await using var _ = app;
        Messages.Info(safeguards.Address);
        var work = Task.Run(() => Work(session, images, stopping), CancellationToken.None);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, stopping));
        await app.StopAsync(CancellationToken.None);
        await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(0.2), CancellationToken.None));
        Messages.Info($"{Counted.Text(session.State.Labelled, "label")} in '{settings.Labels}'.");
    }

    private void Work(LabelSession session, IReadOnlyList<LabelledImage> images, CancellationToken stopping)
    {
        try
        {
            var embedding = new FolderEmbedding(mlContext, settings.Images, settings.Model);
            var (gallery, _) = embedding.Run(
                images, done => session.ReportEmbedded(done, images.Count), stopping);
            session.Open(gallery);
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
        catch (Exception exception)
        {
            session.Fail(exception.Message);
            Messages.Error(exception.Message);
        }
    }
}
