using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>What must be the same for a run to go on from a checkpoint.</summary>
internal sealed record RunIdentity(int Seed, string Images, IReadOnlyDictionary<string, string> Options)
{
    private const int NamedDifferences = 10;

    public string LibraryVersion { get; } = EncoderMetadata.CurrentLibraryVersion;

    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static RunIdentity Of(ByolOptions options, int seed, ImageStore store) =>
        new(seed, Digest(store, options.CancellationToken), Values(options));

    /// <exception cref="InvalidOperationException">The checkpoint is another run's; the message names the differences.</exception>
    public void RequireSame(CheckpointManifest manifest, string folder)
    {
        var differences = Options
            .Where(option => manifest.Options.GetValueOrDefault(option.Key) != option.Value)
            .Select(option => $"{option.Key} is {option.Value}, the checkpoint's is {FileText.Show(manifest.Options.GetValueOrDefault(option.Key, "not recorded"))}")
            .ToList();
        if (Seed != manifest.Seed)
        {
            differences.Add($"Seed is {Seed}, the checkpoint's is {manifest.Seed}");
        }
        if (Images != manifest.Images)
        {
            differences.Add("the training images are others");
        }
        if (differences.Count > 0)
        {
            var more = differences.Count > NamedDifferences ? $"; and {differences.Count - NamedDifferences} more" : "";
            throw new InvalidOperationException(
                $"The run in '{folder}' cannot be resumed: {string.Join("; ", differences.Take(NamedDifferences))}{more}.");
        }
    }

    private static Dictionary<string, string> Values(ByolOptions options) => typeof(ByolOptions).GetProperties()
        .Where(property => !property.IsDefined(typeof(MayChangeOnResumeAttribute)) && property.Name != nameof(ByolOptions.Seed))
        .ToDictionary(property => property.Name, property => Text(property.GetValue(options), options));

    private static string Text(object? value, ByolOptions options) =>
        value is ByolBackbone ? EncoderArchitecture.Of(options).Description : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    // All pixels, so that no changed image goes unnoticed: a gigabyte takes a second, and an epoch over it a hundred
    // times as long.
    private static string Digest(ImageStore store, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < store.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(store[i]);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{store.Count} of {store.Side} px, {Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }
}
