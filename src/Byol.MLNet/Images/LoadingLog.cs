using Byol.MLNet.Foundation;

namespace Byol.MLNet.Images;

/// <summary>What a user should know of the images that were read.</summary>
internal static class LoadingLog
{
    private const int Named = 10;

    /// <param name="loaded">What was read.</param>
    /// <param name="memoryBytes">Bytes that images may take in memory.</param>
    /// <param name="log">Is told.</param>
    public static void Write(LoadedImages loaded, long memoryBytes, ITrainingLog log)
    {
        if (loaded.MostlyTransparent > 0)
        {
            log.Warning(
                $"{loaded.MostlyTransparent} of {loaded.Store.Count} images are mostly transparent, and what is "
                + "transparent counts as black: dark shapes vanish in it. "
                + "Draw them on a ground of another colour first.");
        }
        if (loaded.Turned.Count > 0)
        {
            log.Warning(
                $"{loaded.Turned.Count} of {loaded.Store.Count} images are stored turned and are not seen upright, "
                + "neither in training nor in a saved pipeline, which do not look at EXIF orientation: "
                + $"{Some(loaded.Turned)} {nameof(ByolImage)}.{nameof(ByolImage.LoadUpright)} reads images upright.");
        }
        if (loaded.Unreadable.Count > 0)
        {
            log.Warning(
                $"{Counted.Text(loaded.Unreadable.Count, "image")} could not be read and "
                + $"{(loaded.Unreadable.Count == 1 ? "was" : "were")} left out: {Some(loaded.Unreadable)}");
        }
        if (loaded.Store.IsInFile)
        {
            log.Info(
                $"The images take more than {nameof(ByolOptions.ImageMemoryBytes)} ({memoryBytes} bytes); "
                + $"they are kept in a temporary file under '{Path.GetTempPath()}'.");
        }
    }

    private static string Some(IReadOnlyList<string> items) =>
        $"{string.Join("; ", items.Take(Named))}{(items.Count > Named ? "; …" : ".")}";
}
