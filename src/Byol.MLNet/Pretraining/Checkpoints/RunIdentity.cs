using System.Globalization;
using System.Security.Cryptography;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Options;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>What must be the same for a run to go on from a checkpoint.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Images">Digest of the training images.</param>
/// <param name="Recipe">The recipe; its length may differ.</param>
/// <param name="Layers">The encoder's layers in words.</param>
/// <param name="Run">What else decides the result, by name.</param>
internal sealed record RunIdentity(
    int Seed, string Images, ByolRecipe Recipe, string Layers, IReadOnlyDictionary<string, string> Run)
{
    private const int NamedDifferences = 10;
    private const string OfStart = nameof(ByolOptions.Start);
    private const string OfTeacher = nameof(ByolOptions.Teacher);
    private const string OfTeacherInput = $"the input of {OfTeacher}";

    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static RunIdentity Of(ByolOptions options, ByolRecipe recipe, int seed, ImageStore store)
    {
        var teacher = recipe.Method == ByolPretrainingMethod.Taught ? options.Teacher : null;
        return new RunIdentity(
            seed,
            Digest(store, options.CancellationToken),
            recipe,
            recipe.Encoder.Architecture().Description,
            new Dictionary<string, string>
            {
                [nameof(options.MaxImages)] = Convert.ToString(options.MaxImages, CultureInfo.InvariantCulture) ?? "",
                [OfStart] = WeightIdentity.Of(options.Start),
                [$"the input of {OfStart}"] = WeightIdentity.InputOf(options.Start),
                [OfTeacher] = WeightIdentity.Of(teacher),
                [OfTeacherInput] = WeightIdentity.InputOf(teacher),
            });
    }

    /// <summary>The network that the encoder learns from, and its input.</summary>
    public string Teacher => $"{Run[OfTeacher]}; {Run[OfTeacherInput]}";

    /// <summary>
    /// Whether a run goes on from a checkpoint without the file that it started from, whose weights the checkpoint
    /// replaces.
    /// </summary>
    public static bool NeedsNoStart(CheckpointManifest manifest) =>
        WeightIdentity.IsDispensable(manifest.Run.GetValueOrDefault(OfStart, ""));

    /// <summary>This, with what the checkpoint recorded of a file that is not there any more.</summary>
    public RunIdentity Complete(CheckpointManifest manifest) => WeightIdentity.IsGone(Run[OfStart])
        ? this with { Run = new Dictionary<string, string>(Run) { [OfStart] = manifest.Run[OfStart] } }
        : this;

    /// <exception cref="InvalidOperationException">The checkpoint is another run's; the message names the
    /// differences.</exception>
    public void RequireSame(CheckpointManifest manifest, string folder)
    {
        var recorded = RecipeJson.Values(manifest.Recipe).Concat(manifest.Run).ToDictionary();
        var differences = RecipeJson.Values(Recipe).Concat(Run)
            .Where(value => !MayDiffer(value.Key) && recorded.GetValueOrDefault(value.Key, "") != value.Value)
            .Where(value => !(value.Key == OfStart && WeightIdentity.IsGone(value.Value) && NeedsNoStart(manifest)))
            .Select(value => $"{value.Key} is {value.Value}, "
                + $"the checkpoint's is {FileText.Show(recorded.GetValueOrDefault(value.Key, "not recorded"))}")
            .ToList();
        if (Layers != manifest.Layers && Recipe.Encoder.Backbone.Name == manifest.Recipe.Encoder.Backbone.Name)
        {
            differences.Add($"Backbone is {Layers}, the checkpoint's is {FileText.Show(manifest.Layers)}");
        }
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
                $"The run in '{folder}' cannot be resumed: "
                + $"{string.Join("; ", differences.Take(NamedDifferences))}{more}.");
        }
    }

    // A run may be made longer, and what its recipe is called changes nothing.
    private static bool MayDiffer(string name) => name is nameof(ByolRecipe.Epochs) or nameof(ByolRecipe.Name);

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
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{store.Count} of {store.Side} px, {Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }
}
