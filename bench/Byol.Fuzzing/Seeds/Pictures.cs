using SkiaSharp;

namespace Byol.Fuzzing.Seeds;

/// <summary>A small picture in every format that the decoder reads.</summary>
internal static class Pictures
{
    private const int Side = 12;

    public static byte[][] All() =>
    [
        PngFile.Create(colourType: 0, depth: 8, Side),
        PngFile.Create(colourType: 2, depth: 8, Side),
        PngFile.Create(colourType: 3, depth: 8, Side),
        PngFile.Create(colourType: 4, depth: 8, Side),
        PngFile.Create(colourType: 6, depth: 8, Side),
        PngFile.Create(colourType: 2, depth: 16, Side),
        PngFile.Create(colourType: 6, depth: 16, Side),
        Encode(SKEncodedImageFormat.Jpeg, SKColorType.Bgra8888),
        Encode(SKEncodedImageFormat.Jpeg, SKColorType.Gray8),
        Encode(SKEncodedImageFormat.Webp, SKColorType.Bgra8888),
        Gif(),
        Bmp(bits: 24),
        Bmp(bits: 8),
    ];

    private static byte[] Encode(SKEncodedImageFormat format, SKColorType colours)
    {
        using var bitmap = new SKBitmap(Side, Side, colours, SKAlphaType.Opaque);
        for (var i = 0; i < Side * Side; i++)
        {
            bitmap.SetPixel(i % Side, i / Side, new SKColor((byte)(i * 3), (byte)(i * 5), (byte)(i * 7)));
        }
        using var data = bitmap.Encode(format, 80);
        return data.ToArray();
    }

    // 128 colours and a clear code before every 126 pixels keep each code at eight bits, so that nothing need be
    // compressed.
    private static byte[] Gif()
    {
        const int MinimumCode = 7;
        const byte Clear = 1 << MinimumCode;
        const int BetweenClears = 100;
        byte[] palette = [.. Enumerable.Range(0, 3 * Clear).Select(i => (byte)(i * 3))];
        var codes = new List<byte>();
        for (var i = 0; i < Side * Side; i++)
        {
            if (i % BetweenClears == 0)
            {
                codes.Add(Clear);
            }
            codes.Add((byte)(i % Clear));
        }
        codes.Add(Clear + 1);
        return
        [
            .. "GIF89a"u8, Side, 0, Side, 0, 0x80 | (MinimumCode - 1), 0, 0, .. palette,
            0x2c, 0, 0, 0, 0, Side, 0, Side, 0, 0, MinimumCode, (byte)codes.Count, .. codes, 0, 0x3b,
        ];
    }

    private static byte[] Bmp(int bits)
    {
        byte[] palette = bits == 8 ? [.. Enumerable.Range(0, 4 * 256).Select(i => (byte)(i * 3))] : [];
        byte[] pixels = [.. Enumerable.Range(0, Side * Side * bits / 8).Select(i => (byte)(i * 11))];
        const int HeaderBytes = 14;
        const int InfoBytes = 40;
        var start = HeaderBytes + InfoBytes + palette.Length;
        return
        [
            .. "BM"u8, .. Little(start + pixels.Length), .. Little(0), .. Little(start),
            .. Little(InfoBytes), .. Little(Side), .. Little(Side), 1, 0, (byte)bits, 0,
            .. Little(0), .. Little(pixels.Length),
            .. Little(2835), .. Little(2835), .. Little(0), .. Little(0), .. palette, .. pixels,
        ];
    }

    private static byte[] Little(int value) => BitConverter.GetBytes(value);
}
