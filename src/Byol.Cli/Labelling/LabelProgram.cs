using System.Net;
using Byol.Cli.Commands;
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
    ByolWeights Model, DirectoryInfo Images, LabelFiles Files, IPAddress Address, int? Port);

/// <summary>Serves the page until it is told to stop.</summary>
internal sealed class LabelProgram(MLContext mlContext, LabelSettings settings, SkippedFiles skipped)
{
    // What is under way gets the time to end its batch and keep what it has.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var file = LabelFile.Open(settings.Files.Labels);
        if (file.Repaired is { } cut)
        {
            Messages.Warning(
                $"The last line of '{settings.Files.Labels}' was unfinished and was cut away: "
                + FileText.ShowMessage(cut));
        }
        settings.Model.RequireFile();
        var found = skipped.Read(settings.Images);
        var model = ImageNetSize.Suit(settings.Model, mlContext, found);
        var (images, outside) = FolderImages.Of(settings.Images.FullName, found);
        skipped.AddUnreadable(outside);
        var session = new LabelSession(settings.Images.FullName, model.ToString(), file);
        using var thumbnails = new Thumbnails();
        var api = new LabelApi(session, thumbnails, stopping);
        await using var server = await LabelServer.StartAsync(api, settings.Address, settings.Port, stopping);
        Messages.Info(server.Address);
        var work = Task.Run(() => WorkAsync(session, model, images, api, stopping), CancellationToken.None);
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(work, Task.Delay(Grace, CancellationToken.None));
        Messages.Info($"{Counted.Text(session.State.Labelled, "image")} labelled in '{settings.Files.Labels}'.");
    }

    private async Task WorkAsync(
        LabelSession session, ByolWeights model, FolderImages images, LabelApi api, CancellationToken stopping)
    {
        try
        {
            var embedding = new FolderEmbedding(mlContext, model, settings.Files.Embeddings);
            var (gallery, encoder) = embedding.Run(
                images, more => session.ReportEmbedded(more, images.Paths.Count), stopping);
            skipped.AddUnreadable(embedding.Unreadable);
            skipped.Write();
            var workspace = new Workspace(mlContext, session, gallery, encoder, settings.Files);
            api.Workspace = workspace;
            session.Open(gallery.Paths, skipped.Unreadable);
            WarnOfOther(embedding.FormerFolder, session);
            await workspace.RunAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
        catch (Exception exception)
        {
            // The page stays, and says what is wrong.
            session.Fail(exception.Message);
            Messages.Error(exception.Message);
        }
    }

    // Folders of one name, with numbered files, have the same labels file and the same paths.
    private void WarnOfOther(string? formerFolder, LabelSession session)
    {
        if (formerFolder is not null && formerFolder != settings.Images.FullName && session.State.Labelled > 0)
        {
            var sentence = $"The labels in '{settings.Files.Labels}' were given to the images of '{formerFolder}'. "
                + "Images of the same paths have them here too; if that is another folder, name another file by "
                + "--labels.";
            Messages.Warning(sentence);
            session.Warn(sentence);
        }
    }
}
