using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.MLNet.Images;

/// <summary>What was loaded, and what could not be.</summary>
internal sealed record LoadedImages(
    ImageStore Store, IReadOnlyList<string> Unreadable, int MostlyTransparent) : IDisposable
{
    /// <summary>Files that are stored otherwise than EXIF says that they are to be seen.</summary>
    public IReadOnlyList<string> Turned { get; init; } = [];

    public void Dispose() => Store.Dispose();
}

/// <summary>How images are read for training.</summary>
/// <param name="MaxImages">At most so many, drawn at random; null takes all.</param>
/// <param name="MaxImagePixels">The most pixels of an image.</param>
/// <param name="MemoryBytes">Bytes kept in memory; more go to a file.</param>
/// <param name="OnUnreadable">What an unreadable image does.</param>
/// <param name="Unreadable">Receives each unreadable image.</param>
/// <param name="Activity">Receives how far the reading is.</param>
/// <param name="Cancellation">Ends it.</param>
internal sealed record ImageLoading(
    int? MaxImages,
    long MaxImagePixels,
    long MemoryBytes,
    ByolUnreadableImage OnUnreadable,
    IProgress<ByolUnreadableRow>? Unreadable,
    IProgress<ByolActivity>? Activity,
    CancellationToken Cancellation);

/// <summary>Reads an image column into an <see cref="ImageStore"/>.</summary>
internal static class ImageStoreLoader
{
    private const int BatchSize = 256;
    private const int LargestMultiple = 4;
    private const int LargestChosenSide = 512;

    /// <summary>
    /// K: what the recipe says, else E where the pictures are small and a multiple of it where they are not.
    /// </summary>
    /// <param name="recipe">The encoder's part of the recipe.</param>
    /// <param name="shortSide">The pictures' median shorter side.</param>
    /// <param name="hasTeacher">Whether a teacher looks at the stored pictures too, which sees more of them than the
    /// encoder.</param>
    public static int ChooseSide(ByolEncoderRecipe recipe, Lazy<int?> shortSide, bool hasTeacher = false)
    {
        var embedded = recipe.EmbeddedSize;
        return recipe.StoredImageSize
            ?? (shortSide.Value is not { } median ? embedded
                : median > 2 * embedded ? embedded * Multiple(embedded)
                : hasTeacher && median > embedded ? 2 * embedded
                : embedded);
    }

    private static int Multiple(int side) => Math.Clamp(LargestChosenSide / side, 1, LargestMultiple);

    /// <exception cref="InvalidOperationException">No image can be read, or one cannot and the options say that this is
    /// an error.</exception>
    /// <exception cref="IOException">The images take more memory than the options allow, and no temporary file can be
    /// written.</exception>
    public static LoadedImages Load(IDataView data, string column, ImageLoading loading, int seed, FrontEnd frontEnd)
    {
        var store = new ImageStore(frontEnd.Side, loading.MemoryBytes);
        try
        {
            var loaded = Fill(store, data, column, loading, seed, frontEnd);
            if (store.Count == 0)
            {
                throw NoImages.Of(column, loaded.Unreadable);
            }
            store.Complete();
            return loaded;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static LoadedImages Fill(
        ImageStore store, IDataView data, string column, ImageLoading loading, int seed, FrontEnd frontEnd)
    {
        var (unreadable, turned) = (new List<string>(), new List<string>());
        var transparent = 0;
        var chosen = loading.MaxImages is { } maximum ? Sample(CountRows(data), maximum, seed) : null;
        using var reader = PixelReader.Open(data, column, frontEnd, loading.MaxImagePixels);
        var read = 0L;
        while (reader.Next(BatchSize, isWanted: chosen is null ? null : chosen.Contains) is { Count: > 0 } rows)
        {
            loading.Cancellation.ThrowIfCancellationRequested();
            reader.Decode(rows);
            read += rows.Count;
            loading.Activity?.Report(new ByolActivity(ByolActivityKind.ReadingImages, read, data.GetRowCount()));
            foreach (var row in rows)
            {
                if (row.Pixels is not null)
                {
                    store.Add(row.Pixels);
                    transparent += row.IsMostlyTransparent ? 1 : 0;
                    if (row.IsTurned)
                    {
                        turned.Add(row.Path!);
                    }
                }
                else if (row.Unreadable is { } reason)
                {
                    loading.Unreadable?.Report(reason);
                    unreadable.Add(loading.OnUnreadable == ByolUnreadableImage.Throw
                        ? throw new InvalidOperationException($"Column '{column}': {reason}.")
                        : reason.ToString());
                }
            }
        }
        return new LoadedImages(store, unreadable, transparent) { Turned = turned };
    }

    public static long CountRows(IDataView data)
    {
        if (data.GetRowCount() is { } known)
        {
            return known;
        }
        using var cursor = data.GetRowCursor([]);
        var count = 0L;
        while (cursor.MoveNext())
        {
            count++;
        }
        return count;
    }

    private static HashSet<long>? Sample(long count, int maximum, int seed)
    {
        if (count <= maximum)
        {
            return null;
        }
        var rows = new long[count];
        for (var i = 0L; i < count; i++)
        {
            rows[i] = i;
        }
        RandomStream.For(RandomPurpose.ImageSample, seed).Shuffle<long>(rows);
        return [.. rows.AsSpan(0, maximum)];
    }
}
