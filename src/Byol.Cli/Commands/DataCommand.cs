using System.CommandLine;
using System.Globalization;
using Byol.Cli.Downloads;
using Byol.Cli.Output;

namespace Byol.Cli.Commands;

/// <summary>
/// <c>data cifar10|pets DIR</c>: fetches a data set's official archives, verifies them and unpacks the images.
/// </summary>
internal static class DataCommand
{
    private const long ReportedBytes = 16L << 20;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var set = new Argument<string>("set") { Description = "cifar10, or pets (Oxford-IIIT Pets)." };
        set.AcceptOnlyFromAmong("cifar10", "pets");
        var folder = new Argument<DirectoryInfo>("folder")
        {
            Description = "The folder to put the data set's own folder in.",
        };
        var mirror = new Option<Uri?>("--mirror")
        {
            Description = "A base address that has the same archives under the same names.",
        };
        var command = new Command("data", "Downloads a data set: CIFAR-10 or Oxford-IIIT Pets.")
        {
            set, folder, mirror,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var target = new DirectoryInfo(
                Path.Combine(result.GetRequiredValue(folder).FullName, result.GetRequiredValue(set)));
            using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var fetch = new Fetch(
                new Download(client, Stall, new Progress().Report),
                new DirectoryInfo(Path.Combine(result.GetRequiredValue(folder).FullName, "archives")),
                result.GetValue(mirror),
                cancellation);
            Func<DirectoryInfo, int> unpack;
            if (result.GetRequiredValue(set) == "cifar10")
            {
                var archive = await fetch.Get(Cifar10.Address, Cifar10.Md5);
                unpack = folder => Cifar10.Unpack(archive, folder, cancellation);
            }
            else
            {
                var (archive, annotations) = (
                    await fetch.Get(Pets.ImagesAddress, Pets.ImagesMd5),
                    await fetch.Get(Pets.AnnotationsAddress, Pets.AnnotationsMd5));
                unpack = folder => Pets.Unpack(archive, annotations, folder, cancellation);
            }
            var images = Interruption.Keep(() => WholeFolder.Fill(target, unpack));
            Messages.Info($"Unpacked {images} images to '{target}'.");
            return 0;
        });
        return command;
    }

    private sealed class Fetch(Download download, DirectoryInfo archives, Uri? mirror, CancellationToken cancellation)
    {
        private const long MaximumBytes = 2L << 30;

        public Task<FileInfo> Get(Uri address, string md5)
        {
            var file = new RemoteFile(address, md5, MaximumBytes);
            return download.FetchAsync(
                mirror is null ? file : file with { Address = new Uri(mirror, file.Name) }, archives, cancellation);
        }
    }

    private sealed class Progress
    {
        private long _next = ReportedBytes;

        public void Report(long bytes, long? total)
        {
            if (bytes >= _next || bytes == total)
            {
                var all = (total >> 20)?.ToString(CultureInfo.InvariantCulture) ?? "?";
                Messages.Info(string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} of {all} MB"));
                _next = bytes + ReportedBytes;
            }
        }
    }
}
