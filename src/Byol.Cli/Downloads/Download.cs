using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Byol.Cli.Downloads;

/// <summary>A file to fetch: its size and MD5 are those that its publisher gives.</summary>
internal sealed record RemoteFile(Uri Address, string Md5, long MaximumBytes)
{
    public string Name => Path.GetFileName(Address.LocalPath);
}

/// <summary>
/// Fetches a file whole or not at all. What has arrived stays under a temporary name, so that a broken or stalled
/// transfer goes on where it stopped, in this call or in the next.
/// </summary>
internal sealed class Download(HttpClient client, TimeSpan stall, Action<long, long?> progress)
{
    private const int Attempts = 5;
    private const int BufferBytes = 1 << 16;

    /// <returns>The file, whose checksum has been verified.</returns>
    /// <exception cref="IOException">
    /// The file could not be had in several attempts, or it is not the published one.
    /// </exception>
    public async Task<FileInfo> FetchAsync(RemoteFile remote, DirectoryInfo folder, CancellationToken cancellation)
    {
        folder.Create();
        var file = new FileInfo(Path.Combine(folder.FullName, remote.Name));
        if (file.Exists && await HasChecksumAsync(file, remote.Md5, cancellation))
        {
            return file;
        }
        var part = new FileInfo(file.FullName + ".part");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ContinueAsync(remote, part, cancellation);
                if (!await HasChecksumAsync(part, remote.Md5, cancellation))
                {
                    // It cannot be told where it went wrong, so the next attempt begins anew.
                    part.Delete();
                    throw new IOException($"its checksum is not the published one ({remote.Md5})");
                }
                File.Move(part.FullName, file.FullName, overwrite: true);
                return file;
            }
            catch (Exception exception) when (
                exception is HttpRequestException or IOException && !cancellation.IsCancellationRequested)
            {
                if (attempt == Attempts || exception is HttpRequestException
                    {
                        StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Forbidden,
                    })
                {
                    throw new IOException(
                        $"'{remote.Address}' could not be downloaded ({attempt} attempts): {exception.Message}.",
                        exception);
                }
            }
        }
    }

    private async Task ContinueAsync(RemoteFile remote, FileInfo part, CancellationToken cancellation)
    {
        part.Refresh();
        var have = part.Exists ? part.Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, remote.Address);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
        }
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            watch.CancelAfter(stall);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, watch.Token);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // All is there already; the checksum decides.
                return;
            }
            response.EnsureSuccessStatusCode();
            // A server that ignores the range sends the file from its start.
            var isContinued = response.StatusCode == HttpStatusCode.PartialContent;
            await using var target = new FileStream(part.FullName, isContinued ? FileMode.Append : FileMode.Create);
            await using var source = await response.Content.ReadAsStreamAsync(watch.Token);
            await CopyAsync(source, target, remote, target.Position + response.Content.Headers.ContentLength, watch);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {stall.TotalSeconds:F0} seconds");
        }
    }

    private async Task CopyAsync(
        Stream source, FileStream target, RemoteFile remote, long? total, CancellationTokenSource watch)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            watch.CancelAfter(stall);
            var count = await source.ReadAsync(buffer, watch.Token);
            if (count == 0)
            {
                break;
            }
            if (target.Position + count > remote.MaximumBytes)
            {
                throw new IOException($"it is larger than {remote.MaximumBytes} bytes");
            }
            await target.WriteAsync(buffer.AsMemory(0, count), watch.Token);
            progress(target.Position, total);
        }
        if (target.Position < total)
        {
            throw new IOException($"the transfer ended after {target.Position} of {total} bytes");
        }
    }

    private static async Task<bool> HasChecksumAsync(FileInfo file, string md5, CancellationToken cancellation)
    {
        await using var stream = file.OpenRead();
        return Convert.ToHexStringLower(await MD5.HashDataAsync(stream, cancellation)) == md5;
    }
}
