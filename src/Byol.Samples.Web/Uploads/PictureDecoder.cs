using Byol.Samples.Web.Settings;
using Microsoft.Extensions.Options;
using Microsoft.ML.Data;
using SkiaSharp;

namespace Byol.Samples.Web.Uploads;

/// <summary>
/// Makes the picture that ML.NET's <c>MLImage.CreateFromStream</c> would, but knows its size before it is decoded, and
/// refuses half a picture.
/// </summary>
internal sealed class PictureDecoder(IOptions<UploadSettings> settings)
{
    // What a JPEG's own decoder can divide its sides by.
    private static readonly float[] Reductions = [1, 1 / 2f, 1 / 4f, 1 / 8f];

    private static readonly SKEncodedImageFormat[] Formats =
    [
        SKEncodedImageFormat.Jpeg,
        SKEncodedImageFormat.Png,
        SKEncodedImageFormat.Webp,
        SKEncodedImageFormat.Gif,
        SKEncodedImageFormat.Bmp,
    ];

    private readonly int _maxPixels = settings.Value.MaxPixels;

    /// <exception cref="RefusedException">It is no picture, a broken one, or too large a one.</exception>
    public MLImage Decode(byte[] picture)
    {
        using var data = SKData.CreateCopy(picture);
        using var codec = SKCodec.Create(data);
        if (codec is null || !Formats.Contains(codec.EncodedFormat))
        {
            throw RefusedException.BadRequest(
                "The upload is no picture that can be read: send a JPEG, PNG, WebP, GIF or BMP.");
        }
        // The pixels that ML.NET's own decoding gives.
        var size = ChooseSize(codec);
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Bgra8888, SKAlphaType.Premul);
        using var bitmap = new SKBitmap(info);
        return codec.GetPixels(info, bitmap.GetPixels()) switch
        {
            SKCodecResult.Success =>
                MLImage.CreateFromPixels(info.Width, info.Height, MLPixelFormat.Bgra32, bitmap.GetPixelSpan()),
            SKCodecResult.IncompleteInput => throw RefusedException.BadRequest("The picture is truncated."),
            var result => throw RefusedException.BadRequest($"The picture is damaged ({result})."),
        };
    }

    private SKSizeI ChooseSize(SKCodec codec)
    {
        var sizes = codec.EncodedFormat == SKEncodedImageFormat.Jpeg
            ? Reductions.Select(codec.GetScaledDimensions)
            : [codec.Info.Size];
        foreach (var size in sizes)
        {
            if ((long)size.Width * size.Height <= _maxPixels)
            {
                return size;
            }
        }
        throw RefusedException.BadRequest(
            $"The picture has {codec.Info.Width} x {codec.Info.Height} pixels, and may have {_maxPixels} in all.");
    }
}
