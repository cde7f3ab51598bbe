using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Byol.Samples.Web.Endpoints;

namespace Byol.Samples.Web.Tests.Support;

/// <summary>Sends pictures, and reads answers.</summary>
internal static class Requests
{
    public static ByteArrayContent Raw(byte[] picture, string type = "image/png") =>
        new(picture) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    public static Task<HttpResponseMessage> Predict(
        this HttpClient client, byte[] picture, CancellationToken cancellation = default) =>
        client.PostAsync("/predict?top=100", Raw(picture), cancellation);

    public static async Task<PredictResponse> ReadPrediction(this HttpResponseMessage response)
    {
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<PredictResponse>())!;
    }

    /// <summary>The sentence of a refusal, which is told as problem details.</summary>
    public static async Task<string> ReadProblem(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(status, response.StatusCode, text);
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.AreEqual((int)status, problem.RootElement.GetProperty("status").GetInt32());
        return problem.RootElement.GetProperty("detail").GetString()!;
    }
}
