using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.MLNet.Tests.Images;

/// <summary>Unusual image files give the pixels that ML.NET's LoadImages gives, or a reason.</summary>
[TestClass]
public class ImageDecoderTests
{
    private static readonly ImageDecoder Decoder = new(64_000_000, minimumSide: 8);

    private const string Jpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDREN"
        + "Dg8QEBEQCgwSExIQEw8QEBD/2wBDAQMDAwQDBAgEBAgQCwkLEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"
        + "EBAQEBAQEBAQEBAQEBD/wAARCAAFAAYDAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAACP/EABkQAAEFAAAAAAAAAAAA"
        + "AAAAAAABBRdRov/EABUBAQEAAAAAAAAAAAAAAAAAAAcI/8QAGxEAAAcBAAAAAAAAAAAAAAAAAAEGGFGi0VL/2gAMAwEAAhED"
        + "EQA/AA9ID1elLFbIj+aloRHDqmbHg//Z";

    [TestMethod]
    [DataRow(
        "grey.jpg",
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDREN"
        + "Dg8QEBEQCgwSExIQEw8QEBD/wAALCAAFAAYBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABgQAAIDAAAAAAAAAAAAAAAA"
        + "AAAFFlGi/9oACAEBAAA/AD4mLS9H/9k=",
        DisplayName = "grey JPEG")]
    [DataRow(
        "grey.png",
        "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFEAAAAAATox55AAAABGdBTUEAALGPC/xhBQAAAAJiS0dE//8UqzHNAAAAB3RJTUUH"
        + "6gsYFDUu/L4Y8AAAABVJREFUCNdjNCtggAOW78w4OUw4ZACmggSfS0M3RwAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0y"
        + "NFQyMDo1Mzo0NiswMDowMFBxswAAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjRUMjA6NTM6NDYrMDA6MDAhLAu8AAAA"
        + "AElFTkSuQmCC",
        DisplayName = "16-bit grey PNG")]
    [DataRow(
        "rgba.png",
        "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFEAYAAAA2yEGlAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA"
        + "6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABmJLR0T///////8JWPfcAAAAB3RJTUUH6gsYFDUu/L4Y8AAAAC5JREFUCNdj/P+f"
        + "gYGBoYGBWMBygIGBwYFo5QwMLAcZSdRwgIGBwf4/iRpIsQEApFEHkHUDb8cAAAAldEVYdGRhdGU6Y3JlYXRlADIwMjYtMTEt"
        + "MjRUMjA6NTM6NDYrMDA6MDBQcbMAAAAAJXRFWHRkYXRlOm1vZGlmeQAyMDI2LTExLTI0VDIwOjUzOjQ2KzAwOjAwISwLvAAA"
        + "AABJRU5ErkJggg==",
        DisplayName = "16-bit RGBA PNG")]
    [DataRow(
        "deep.png",
        "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFEAIAAAC5qtbyAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA"
        + "6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABmJLR0T///////8JWPfcAAAAB3RJTUUH6gsYFDUu/L4Y8AAAACpJREFUCNdj/P+f"
        + "gSBgOcDAwOBASNFBRiIUHWBgYLAnYCUjAwMDAyF3AQA+nAgL81fkdwAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yNFQy"
        + "MDo1Mzo0NiswMDowMFBxswAAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjRUMjA6NTM6NDYrMDA6MDAhLAu8AAAAAElF"
        + "TkSuQmCC",
        DisplayName = "16-bit RGB PNG")]
    [DataRow(
        "cmyk.jpg",
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgICAgIDAgICAwMDAwQGBAQEBAQIBgYFBgkICgoJCAkJCgwPDAoLDgsJCQ0RDQ4P"
        + "EBAREAoMEhMSEBMPEBAQ/9sAQwEDAwMEAwQIBAQIEAsJCxAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ"
        + "EBAQEBAQEBAQEBAQ/8AAFAgABQAGBAERAAIRAQMRAQQRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAj/xAAfEAAABAcBAAAAAAAA"
        + "AAAAAAAAAwYXBAVWV5KT0dL/xAAVAQEBAAAAAAAAAAAAAAAAAAAHCP/EAB0RAAAFBQAAAAAAAAAAAAAAAAAGGFTRAQIDkaL/"
        + "2gAOBAEAAhEDEQQAAD8AYLOQ1VzTEryIhUefnldWwB1Lpac5eYD+Z9d36VWong//2Q==",
        DisplayName = "CMYK JPEG")]
    [DataRow(
        "palette.png",
        "iVBORw0KGgoAAAANSUhEUgAAAAYAAAAFCAMAAABRhm3UAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA"
        + "6AAAdTAAAOpgAAA6mAAAF3CculE8AAAAD1BMVEX/AAC/AD9/AH8/AL8AAP9k2rnYAAAAB3RJTUUH6gsYFDUu/L4Y8AAAABhJ"
        + "REFUCNdjYIAARjBgYAIDBmYwYGABAwACmQA9+OHMvwAAACV0RVh0ZGF0ZTpjcmVhdGUAMjAyNi0xMS0yNFQyMDo1Mzo0Nisw"
        + "MDowMFBxswAAAAAldEVYdGRhdGU6bW9kaWZ5ADIwMjYtMTEtMjRUMjA6NTM6NDYrMDA6MDAhLAu8AAAAAElFTkSuQmCC",
        DisplayName = "palette PNG")]
    [DataRow(
        "one.png",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQMAAAAl21bKAAAABGdBTUEAALGPC/xhBQAAACBjSFJNAAB6JgAAgIQAAPoAAACA"
        + "6AAAdTAAAOpgAAA6mAAAF3CculE8AAAABlBMVEX/AAD///9BHTQRAAAAAWJLR0QB/wIt3gAAAAd0SU1FB+oLGBQ1Lvy+GPAA"
        + "AAAKSURBVAjXY2AAAAACAAHiIbwzAAAAJXRFWHRkYXRlOmNyZWF0ZQAyMDI2LTExLTI0VDIwOjUzOjQ2KzAwOjAwUHGzAAAA"
        + "ACV0RVh0ZGF0ZTptb2RpZnkAMjAyNi0xMS0yNFQyMDo1Mzo0NiswMDowMCEsC7wAAAAASUVORK5CYII=",
        DisplayName = "one pixel")]
    [DataRow(
        "a.gif",
        "R0lGODlhBgAFAPIAAP8AAL8AQEAAvwAA/4AAgAAAAAAAAAAAACH5BAAAAAAAIf8LSW1hZ2VNYWdpY2sNZ2FtbWE9MC40NTQ1"
        + "NQAsAAAAAAYABQAAAwoIutFOMIpJh70JADs=",
        DisplayName = "GIF")]
    [DataRow(
        "a.webp",
        "UklGRlAAAABXRUJQVlA4IEQAAADwAgCdASoGAAUAAgA0JagCdLoBJgP4BhAH6AAdmtw2wAD++G+6PdNv/1xVjD7/+cVYw+//"
        + "yA//kB/5V/vs5hPlYwoAAA==",
        DisplayName = "WebP")]
    public void UnusualFormatLoadsAsLoadImagesDoes(string name, string base64)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[name], Convert.FromBase64String(base64));
        AssertSameAsLoadImages(folder[name]);
    }

    [TestMethod]
    public void ExifOrientationIsIgnoredAsLoadImagesDoes()
    {
        using var folder = new TemporaryFolder();
        var plain = Convert.FromBase64String(Jpeg);
        // APP1 segment with one big-endian EXIF entry: orientation 6, a quarter turn.
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0,
            0, 0,
        ];
        File.WriteAllBytes(folder["turned.jpg"], [.. plain[..2], .. exif, .. plain[2..]]);
        using (var codec = SKCodec.Create(folder["turned.jpg"]))
        {
            Assert.AreEqual(SKEncodedOrigin.RightTop, codec.EncodedOrigin, "The file must be a turned one.");
        }
        using var image = Decoder.Decode(folder["turned.jpg"], out _)!;
        Assert.AreEqual((6, 5), (image.Width, image.Height));
        AssertSameAsLoadImages(folder["turned.jpg"]);
    }

    [TestMethod]
    [DataRow("empty.png", 0, "the file is empty")]
    [DataRow("cut.jpg", 304, "the file is truncated")]
    [DataRow("head.jpg", 20, "not an image that can be decoded", DisplayName = "hardly a header")]
    public void UnreadableFileHasAReason(string name, int length, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[name], Convert.FromBase64String(Jpeg)[..length]);
        Assert.IsNull(Decoder.Decode(folder[name], out var error));
        Assert.Contains(reason, error!);
    }

    [TestMethod]
    public void MissingAndForeignFilesHaveAReason()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["text.png"], "this is no picture");
        Assert.IsNull(Decoder.Decode(folder["text.png"], out var error));
        Assert.Contains("not an image", error!);
        Assert.IsNull(Decoder.Decode(folder["none.png"], out error));
        Assert.Contains("does not exist", error!);
        Assert.IsNull(Decoder.Decode("", out error));
        Assert.Contains("empty", error!);
    }

    [TestMethod]
    public void FrontEndTakesHugeAndTinyImages()
    {
        using var frontEnd = new FrontEnd(new MLContext().Transforms, 16);
        foreach (var (width, height) in new[] { (1, 1), (10_000, 3), (2, 5000) })
        {
            using var image = MLImage.CreateFromPixels(
                width, height, MLPixelFormat.Bgra32, Enumerable.Repeat((byte)77, width * height * 4).ToArray());
            CollectionAssert.AreEqual(Enumerable.Repeat((byte)77, 3 * 16 * 16).ToArray(), frontEnd.Extract(image));
        }
    }

    private static void AssertSameAsLoadImages(string path)
    {
        using var actual = Decoder.Decode(path, out var error);
        Assert.IsNotNull(actual, error);
        using var expected = MLImage.CreateFromFile(path);
        using var frontEnd = new FrontEnd(new MLContext().Transforms, 8);
        CollectionAssert.AreEqual(frontEnd.Extract(expected), frontEnd.Extract(actual));
    }
}
