using System.Globalization;
using System.Security.Cryptography;
using SkiaSharp;

namespace Byol.Cli.Data;

/// <summary>
/// Pictures that an evaluation has twice: on both sides of a split they would be known before they are asked for. Small
/// ones are compared pixel by pixel, so that a copy in another format is found, large ones byte by byte.
/// </summary>
/// <param name="Kept">The images without the copies.</param>
/// <param name="Found">The copies.</param>
internal sealed record Copies(IReadOnlyList<LabelledImage> Kept, IReadOnlyList<SkippedFile> Found)
{
    private const int Named = 3;
    private const int MostPixels = 1 << 20;

    /// <summary>Keeps the first of equal pictures.</summary>
    public static Copies Within(IReadOnlyList<LabelledImage> images, CancellationToken cancellation)
    {
        var first = new Dictionary<string, LabelledImage>(StringComparer.Ordinal);
        return Split(images, Keys(images, cancellation), (key, image) => first.TryAdd(key, image) ? null : first[key]);
    }

    /// <summary>Keeps the training images that are not among the test images.</summary>
    public static Copies Across(
        IReadOnlyList<LabelledImage> train, IReadOnlyList<LabelledImage> test, CancellationToken cancellation)
    {
        var known = new Dictionary<string, LabelledImage>(StringComparer.Ordinal);
        foreach (var (key, image) in Keys(test, cancellation).Zip(test))
        {
            known.TryAdd(key, image);
        }
        var copies = Split(train, Keys(train, cancellation), (key, _) => known.GetValueOrDefault(key));
        return copies.Kept.Count > 0
            ? copies
            : throw new InvalidDataException(
                $"All {train.Count} training images are among the test images; there is nothing to train on.");
    }

    /// <summary>A sentence for a table's foot; empty where there are no copies.</summary>
    public string Describe(string what)
    {
        if (Found.Count == 0)
        {
            return "";
        }
        var names = string.Join("; ", Found.Take(Named).Select(copy => $"'{copy.File}' is {copy.Reason}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Found.Count} {what} left out: {names}{(Found.Count > Named ? "; …" : ".")}");
    }

    private static Copies Split(
        IReadOnlyList<LabelledImage> images, string[] keys, Func<string, LabelledImage, LabelledImage?> original)
    {
        var (kept, found) = (new List<LabelledImage>(), new List<SkippedFile>());
        foreach (var (image, key) in images.Zip(keys))
        {
            if (original(key, image) is { } same)
            {
                found.Add(new SkippedFile(image.Image, SkippedKind.Copy, $"the same picture as '{same.Image}'"));
            }
            else
            {
                kept.Add(image);
            }
        }
        return new Copies(kept, found);
    }

    private static string[] Keys(IReadOnlyList<LabelledImage> images, CancellationToken cancellation) =>
        [
            .. images.AsParallel()
                .AsOrdered()
                .WithCancellation(cancellation)
                .Select(image => PixelHash(image.Image) ?? EqualFiles.Hash(image.Image)),
        ];

    private static string? PixelHash(string file)
    {
        using var codec = SKCodec.Create(file);
        if (codec is null || (long)codec.Info.Width * codec.Info.Height > MostPixels)
        {
            return null;
        }
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        using var bitmap = new SKBitmap(info);
        // Half a picture would be the same as any other half.
        return codec.GetPixels(info, bitmap.GetPixels()) == SKCodecResult.Success
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{info.Width}x{info.Height} {Convert.ToHexString(SHA256.HashData(bitmap.GetPixelSpan()))}")
            : null;
    }
}
