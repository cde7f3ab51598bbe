using Byol.MLNet.Images;
using Microsoft.ML.Data;

namespace Byol.MLNet;

/// <summary>Image files as they are to be seen.</summary>
public static class ByolImage
{
    private const int SmallestSide = 1;

    /// <summary>
    /// Reads an image file and turns it upright by its EXIF orientation, which LoadImages, columns of paths and saved
    /// pipelines do not look at. Photographs of phones are often stored turned: give such images to training, bulk
    /// embedding and prediction engines alike as a column of these.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="maxPixels">The most pixels that it may have; a larger JPEG is read at a reduced size.</param>
    /// <exception cref="InvalidDataException">The file cannot be read as an image; the message says why.</exception>
    public static MLImage LoadUpright(string path, long maxPixels = 64_000_000)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var image = new ImageDecoder(maxPixels, SmallestSide).Decode(path, out var error, out var origin)
            ?? throw new InvalidDataException($"'{path}' cannot be read as an image: {error}.");
        if (!Orientation.IsTurned(origin))
        {
            return image;
        }
        using (image)
        {
            return Orientation.Upright(image, origin);
        }
    }
}
