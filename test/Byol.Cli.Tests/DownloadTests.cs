using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Byol.Cli.Downloads;
using SkiaSharp;

namespace Byol.Cli.Tests;

/// <summary>Downloads from a server that misbehaves, and archives that do.</summary>
[TestClass]
public class DownloadTests
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 % 251))];
    private static readonly string Md5 = Convert.ToHexStringLower(MD5.HashData(Content));

    [TestMethod]
    [DataRow(Fault.Cut)]
    [DataRow(Fault.Stall)]
    public async Task ABrokenTransferGoesOnWhereItStopped(Fault fault)
    {
        using var folder = new SampleFolder();
        using var server = new FaultyServer(Content, fault, faults: 1);
        var file = await Fetch(server, folder);
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(file.FullName));
        CollectionAssert.AreEqual(new long[] { 0, Content.Length / 2 }, server.Starts.ToArray());
        Assert.HasCount(1, Directory.GetFiles(folder.Path), "No temporary file stays.");
    }

    [TestMethod]
    public async Task ACorruptTransferIsTakenAgainFromTheStart()
    {
        using var folder = new SampleFolder();
        using var server = new FaultyServer(Content, Fault.Corrupt, faults: 1);
        var file = await Fetch(server, folder);
        CollectionAssert.AreEqual(Content, File.ReadAllBytes(file.FullName));
        Assert.AreEqual("0, 0", string.Join(", ", server.Starts));
        // What is there and right is not fetched again.
        await Fetch(server, folder);
        Assert.HasCount(2, server.Starts);
    }

    [TestMethod]
    [DataRow(Fault.Corrupt, "checksum")]
    [DataRow(Fault.Missing, "404")]
    public async Task WhatCannotBeHadIsOneErrorAndNoFile(Fault fault, string expected)
    {
        using var folder = new SampleFolder();
        using var server = new FaultyServer(Content, fault, faults: int.MaxValue);
        var exception = await Assert.ThrowsExactlyAsync<IOException>(() => Fetch(server, folder));
        Assert.Contains(expected, exception.Message);
        Assert.Contains("data.tar.gz", exception.Message);
        Assert.IsFalse(File.Exists(folder["data.tar.gz"]));
    }

    [TestMethod]
    public async Task AFileLargerThanAllowedIsRefused()
    {
        using var folder = new SampleFolder();
        using var server = new FaultyServer(Content, Fault.None, faults: 0);
        var exception = await Assert.ThrowsExactlyAsync<IOException>(() => Fetch(server, folder, maximum: 1000));
        Assert.Contains("larger than 1000 bytes", exception.Message);
    }

    [TestMethod]
    [DataRow("../evil.jpg")]
    [DataRow("/evil.jpg")]
    public void NamesThatLeaveTheArchiveAreRefused(string name)
    {
        using var folder = new SampleFolder();
        var archive = WriteArchive(folder["pets.tar.gz"], (name, [1, 2, 3]));
        var empty = WriteArchive(folder["annotations.tar.gz"]);
        Assert.ThrowsExactly<InvalidDataException>(
            () => Pets.Unpack(archive, empty, new DirectoryInfo(folder["a/pets"])));
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "evil*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void PetsKeepImagesAndOfficialLists()
    {
        using var folder = new SampleFolder();
        var images = WriteArchive(
            folder["images.tar.gz"],
            ("images/Abyssinian_1.jpg", [1]),
            ("images/._Abyssinian_1.jpg", [2]),
            ("images/Abyssinian_1.mat", [3]));
        var annotations = WriteArchive(
            folder["annotations.tar.gz"],
            ("annotations/trainval.txt", [4]),
            ("annotations/test.txt", [5]),
            ("annotations/README", [6]));
        Assert.AreEqual(1, Pets.Unpack(images, annotations, new DirectoryInfo(folder["pets"])));
        CollectionAssert.AreEquivalent(
            new[] { "Abyssinian_1.jpg", "test.txt", "trainval.txt" },
            Directory.GetFiles(folder["pets"]).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Cifar10BecomesPngFilesInFoldersOfItsClasses()
    {
        using var folder = new SampleFolder();
        byte[] Record(byte label) => [label, .. Enumerable.Range(0, 3072).Select(i => (byte)(i / 1024 * 100 + label))];
        var archive = WriteArchive(
            folder["cifar.tar.gz"],
            ("cifar/data_batch_2.bin", [.. Record(3), .. Record(9)]),
            ("cifar/test_batch.bin", Record(0)),
            ("cifar/readme.html", [1]));
        Assert.AreEqual(3, Cifar10.Unpack(archive, new DirectoryInfo(folder["cifar10"])));
        using var cat = SKBitmap.Decode(folder["cifar10/train/cat/10000.png"]);
        Assert.AreEqual(new SKColor(3, 103, 203), cat.GetPixel(31, 7));
        Assert.IsTrue(File.Exists(folder["cifar10/train/truck/10001.png"]));
        Assert.IsTrue(File.Exists(folder["cifar10/test/airplane/00000.png"]));
        var broken = WriteArchive(folder["broken.tar.gz"], ("cifar/test_batch.bin", Record(0)[..100]));
        Assert.ThrowsExactly<InvalidDataException>(() => Cifar10.Unpack(broken, new DirectoryInfo(folder["broken"])));
    }

    [TestMethod]
    public void AFolderIsFilledWholeOrNotAtAll()
    {
        using var folder = new SampleFolder();
        var target = new DirectoryInfo(folder["set"]);
        var archive = WriteArchive(folder["cifar.tar.gz"], ("cifar/test_batch.bin", new byte[3073]));
        Assert.ThrowsExactly<OperationCanceledException>(
            () => WholeFolder.Fill(
                target, part => Cifar10.Unpack(archive, part, new CancellationToken(canceled: true))));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path), "The archive alone.");
        Assert.AreEqual(1, WholeFolder.Fill(target, part => Cifar10.Unpack(archive, part)));
        File.WriteAllText(folder["set/notes.txt"], "mine");
        WholeFolder.Fill(target, part => Cifar10.Unpack(archive, part));
        Assert.IsTrue(File.Exists(folder["set/test/airplane/00000.png"]));
        Assert.AreEqual("mine", File.ReadAllText(folder["set/notes.txt"]));
        Assert.HasCount(2, Directory.GetFileSystemEntries(folder.Path));
    }

    private static async Task<FileInfo> Fetch(FaultyServer server, SampleFolder folder, long maximum = 1 << 20)
    {
        using var client = new HttpClient();
        return await new Download(client, Stall, (_, _) => { }).FetchAsync(
            new RemoteFile(server.Address, Md5, maximum), new DirectoryInfo(folder.Path), CancellationToken.None);
    }

    private static FileInfo WriteArchive(string path, params (string Name, byte[] Content)[] files)
    {
        using (var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest))
        using (var tar = new TarWriter(stream))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }
        return new FileInfo(path);
    }

    public enum Fault
    {
        None,
        Cut,
        Stall,
        Corrupt,
        Missing,
    }

    /// <summary>Serves one file on this machine, badly for the given number of requests.</summary>
    private sealed class FaultyServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly byte[] _content;
        private readonly Fault _fault;
        private int _faults;

        public FaultyServer(byte[] content, Fault fault, int faults)
        {
            (_content, _fault, _faults) = (content, fault, faults);
            _listener.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/data.tar.gz");
            _ = Task.Run(ServeAsync);
        }

        public Uri Address { get; }

        /// <summary>Where each request's transfer began.</summary>
        public List<long> Starts { get; } = [];

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task ServeAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                // One request that stalls must not hold up the next.
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using var connection = client;
            var stream = connection.GetStream();
            var start = 0;
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                {
                    start = int.Parse(
                        line["Range: bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture);
                }
            }
            Starts.Add(start);
            var fault = _faults-- > 0 ? _fault : Fault.None;
            var body = _content[start..];
            if (fault == Fault.Corrupt)
            {
                body[body.Length / 3] ^= 1;
            }
            var status = fault == Fault.Missing ? "404 Not Found" : start > 0 ? "206 Partial Content" : "200 OK";
            var length = fault == Fault.Missing ? 0 : body.Length;
            await stream.WriteAsync(
                System.Text.Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"),
                _stop.Token);
            await stream.WriteAsync(
                body.AsMemory(0, fault is Fault.Cut or Fault.Stall ? _content.Length / 2 - start : length),
                _stop.Token);
            if (fault == Fault.Stall)
            {
                await Task.Delay(2 * Stall, _stop.Token);
            }
        }
    }
}
