using System.Net;
using System.Text;
using Byol.Samples.Web.Tests.Support;
using SkiaSharp;

namespace Byol.Samples.Web.Tests;

[TestClass]
public class RefusalTests
{
    private const int MaxBytes = 100_000;

    private static Service _service = null!;
    private static HttpClient _client = null!;

    [ClassInitialize]
    public static async Task Start(TestContext context)
    {
        _service = await Service.Start(("Uploads:MaxBytes", $"{MaxBytes}"));
        _client = _service.CreateClient();
    }

    [ClassCleanup]
    public static void Stop() => _service.Dispose();

    private static readonly Dictionary<string, byte[]> BadPictures = new()
    {
        ["text"] = Encoding.UTF8.GetBytes("no picture"),
        ["nothing"] = [],
        ["half a PNG"] = PictureFiles.Encode(SKEncodedImageFormat.Png)[..120],
        ["half a JPEG"] = PictureFiles.Encode(SKEncodedImageFormat.Jpeg, 200, 200)[..900],
        ["bomb"] = PictureFiles.Bomb(30_000),
    };

    [TestMethod]
    [DataRow("text", "is no picture that can be read")]
    [DataRow("nothing", "is empty")]
    [DataRow("half a PNG", "is truncated")]
    [DataRow("half a JPEG", "is truncated")]
    [DataRow("bomb", "has 30000 x 30000 pixels, and may have 40000000")]
    public async Task ABadPictureIsABadRequest(string picture, string sentence)
    {
        var answer = await _client.Predict(BadPictures[picture]);
        Assert.Contains(sentence, await answer.ReadProblem(HttpStatusCode.BadRequest));
    }

    [TestMethod]
    public async Task NoDamageOfAPictureMakesTheServiceFail()
    {
        var random = new Random(1);
        foreach (var format in new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp })
        {
            for (var i = 0; i < 100; i++)
            {
                var picture = PictureFiles.Encode(format);
                for (var damage = 0; damage < 4; damage++)
                {
                    picture[random.Next(picture.Length)] = (byte)random.Next(256);
                }
                var answer = await _client.Predict(picture);
                var isFine = answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest;
                Assert.IsTrue(isFine, $"{format}: {answer.StatusCode}");
            }
        }
    }

    [TestMethod]
    [DataRow("text/plain")]
    [DataRow("application/json")]
    [DataRow("application/x-www-form-urlencoded")]
    public async Task AnotherTypeIsRefused(string type)
    {
        var answer = await _client.PostAsync("/predict", Requests.Raw([1, 2, 3], type));
        Assert.Contains("multipart/form-data", await answer.ReadProblem(HttpStatusCode.UnsupportedMediaType));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task MoreBytesThanAllowedAreRefused(bool inAForm)
    {
        var large = Requests.Raw(new byte[MaxBytes + 1]);
        using HttpContent content = inAForm ? new MultipartFormDataContent { { large, "file", "a.png" } } : large;
        var answer = await _client.PostAsync("/predict", content);
        Assert.Contains($"more than {MaxBytes} bytes", await answer.ReadProblem(HttpStatusCode.RequestEntityTooLarge));
    }

    [TestMethod]
    public async Task AFormWithoutAFileIsABadRequest()
    {
        using var form = new MultipartFormDataContent { { new StringContent("text"), "note" } };
        var answer = await _client.PostAsync("/predict", form);
        Assert.Contains("no file", await answer.ReadProblem(HttpStatusCode.BadRequest));
    }

    [TestMethod]
    [DataRow("multipart/form-data", "--xx\r\n", "no boundary")]
    [DataRow("multipart/form-data; boundary=xx", "--xx\r\nContent-", "cannot be read")]
    [DataRow("multipart/form-data; boundary=xx", "", "The form ends early.")]
    [DataRow("multipart/form-data; boundary=xx", "--xx\r\nContent-Type: text/plain\r\n\r\na", "The form ends early.")]
    [DataRow(
        "multipart/form-data; boundary=xx",
        "--xx\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.png\"\r\n\r\nabc",
        "The form ends early.")]
    public async Task ABrokenFormIsABadRequest(string type, string form, string sentence)
    {
        using var content = new StringContent(form);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var answer = await _client.PostAsync("/predict", content);
        Assert.Contains(sentence, await answer.ReadProblem(HttpStatusCode.BadRequest));
    }

    [TestMethod]
    [DataRow("0", "from 1 to 100")]
    [DataRow("101", "from 1 to 100")]
    [DataRow("many", "top")]
    public async Task ANumberOutOfRangeIsABadRequest(string top, string sentence)
    {
        var picture = Requests.Raw(PictureFiles.Encode(SKEncodedImageFormat.Png));
        var answer = await _client.PostAsync($"/predict?top={top}", picture);
        Assert.Contains(sentence, await answer.ReadProblem(HttpStatusCode.BadRequest));
    }

    [TestMethod]
    public async Task AnotherAddressOrMethodSaysWhatThereIs()
    {
        Assert.Contains("/openapi/v1.json", await (await _client.GetAsync("/")).ReadProblem(HttpStatusCode.NotFound));
        Assert.Contains(
            "POST", await (await _client.GetAsync("/predict")).ReadProblem(HttpStatusCode.MethodNotAllowed));
    }
}
