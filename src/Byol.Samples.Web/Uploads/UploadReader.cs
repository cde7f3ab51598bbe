using Byol.Samples.Web.Settings;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Byol.Samples.Web.Uploads;

/// <summary>Reads a picture's bytes from a request: the body itself, or the first file of a form.</summary>
internal sealed class UploadReader(IOptions<UploadSettings> settings)
{
    private const int ChunkBytes = 64 << 10;

    // By RFC 2046.
    private const int LongestBoundary = 70;

    private readonly int _maxBytes = settings.Value.MaxBytes;

    /// <exception cref="RefusedException">There is no file, or too large a one.</exception>
    public async Task<byte[]> Read(HttpRequest request, CancellationToken aborted)
    {
        try
        {
            var body = new CancellableBody(request.BodyReader).AsStream();
            var picture = await CopyOf(
                request.HasFormContentType ? await FirstFile(request, body, aborted) : body, aborted);
            return picture.Length > 0 ? picture : throw RefusedException.BadRequest("The upload is empty.");
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw RefusedException.BadRequest($"The {(request.HasFormContentType ? "form" : "upload")} ends early.");
        }
        catch (InvalidDataException exception)
        {
            throw RefusedException.BadRequest($"The upload cannot be read: {exception.Message}");
        }
    }

    private static async Task<Stream> FirstFile(HttpRequest request, Stream body, CancellationToken aborted)
    {
        var boundary = MediaTypeHeaderValue.Parse(request.ContentType).Boundary;
        if (boundary.Length is 0 or > LongestBoundary)
        {
            throw RefusedException.BadRequest($"The form has no boundary of 1 to {LongestBoundary} characters.");
        }
        var form = new MultipartReader(HeaderUtilities.RemoveQuotes(boundary).ToString(), body);
        while (await form.ReadNextSectionAsync(aborted) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true)
            {
                return section.Body;
            }
        }
        throw RefusedException.BadRequest("The form has no file.");
    }

    private async Task<byte[]> CopyOf(Stream body, CancellationToken aborted)
    {
        var copy = new MemoryStream();
        var chunk = new byte[ChunkBytes];
        while (await body.ReadAsync(chunk, aborted) is > 0 and var read)
        {
            copy.Write(chunk, 0, read);
            if (copy.Length > _maxBytes)
            {
                throw new RefusedException(
                    StatusCodes.Status413PayloadTooLarge, $"The upload has more than {_maxBytes} bytes.");
            }
        }
        return copy.ToArray();
    }
}
