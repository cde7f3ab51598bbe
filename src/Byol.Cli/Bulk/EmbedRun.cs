using System.Diagnostics;
using Byol.Cli.Commands;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Collectives;
using Byol.MLNet.Foundation;

namespace Byol.Cli.Bulk;

/// <summary>One embedding of a folder of images.</summary>
internal sealed record EmbedRun(
    ByolWeights Model, DirectoryInfo Images, int? Gpu, SkippedFiles Skipped, CancellationToken Cancellation)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void ToCsv(FileInfo file, FileInfo? json) => Run(json, (embedded, images) =>
    {
        var written = CsvEmbeddings.Write(file, embedded, images, Cancellation);
        Messages.Info($"Wrote {Counted.Text(written, "embedding")} to '{file}'.");
    });

    public void ToParquet(DirectoryInfo folder, int partSize, FileInfo? json) => Run(json, (embedded, images) =>
    {
        var manifest = PartsManifest.Of(
            Model, [.. images.Select(image => (embedded.NameOf(image.Image), new FileInfo(image.Image)))], partSize);
        manifest.Claim(folder);
        var written = new ParquetParts(folder, manifest, MpiLauncher.Current)
            .Write(embedded, images, Skipped.All.Where(file => file.Kind == SkippedKind.Unreadable), Cancellation);
        Messages.Info(written.Describe(folder));
    });

    private void Run(FileInfo? json, Action<EmbeddedImages, IReadOnlyList<LabelledImage>> write)
    {
        var mlContext = Messages.CreateContext(Pretraining.DefaultSeed, Gpu);
        var images = Skipped.Read(Images);
        using var embedded = new EmbeddedImages(mlContext, ImageNetSize.Suit(Model, mlContext, images), Images);
        write(embedded, images);
        Skipped.AddUnreadable(embedded.Unreadable);
        Skipped.Write();
        new Results
        {
            Skipped = Skipped.Unreadable,
            SkippedFiles = Skipped.All,
            Folders = Skipped.Folders,
            Seconds = _clock.Elapsed.TotalSeconds,
            Model = Model.ToString(),
        }.Write(json);
    }
}
