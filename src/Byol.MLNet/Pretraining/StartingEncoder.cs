using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Import;
using Byol.MLNet.Pretraining.Teaching;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining;

/// <summary>The encoder that a run starts with.</summary>
/// <param name="Recipe">The run's recipe, its backbone settled.</param>
/// <param name="Weights">Where the encoder starts; null is random.</param>
/// <param name="Normalization">What its input is normalised with.</param>
/// <param name="Teacher">The network that it learns from; null where the recipe has none.</param>
internal sealed record StartingEncoder(
    ByolRecipe Recipe, NetworkWeights? Weights, Normalization Normalization, TeacherNetwork? Teacher)
{
    /// <summary>The images' median shorter side in pixels; null where that is unknown.</summary>
    public int? PictureSide { get; init; }

    /// <summary>What a run of the recipe starts from, by the files that the options name.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used; the message says why.</exception>
    /// <param name="options">What the run is told.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="log">Its log.</param>
    /// <param name="needsNoStart">Whether the run goes on from a checkpoint, and its start gave nothing but weights:
    /// that file may be gone.</param>
    public static StartingEncoder Of(
        ByolOptions options, ByolRecipe recipe, ITrainingLog log, bool needsNoStart = false)
    {
        var teacher = recipe.Method == ByolPretrainingMethod.Taught ? TeacherNetwork.Read(options.Teacher) : null;
        var given = options.Start
            ?? (recipe.Encoder.Backbone == ByolBackbone.OfStart ? ByolWeights.ImageNetResNet18 : null);
        // The encoder that comes out may be the start itself.
        if (needsNoStart && given is { Exists: false } && !recipe.Adaptation.KeepsBetter)
        {
            return new StartingEncoder(recipe, null, PretrainedEncoder.NormalizationOf(given), teacher);
        }
        if (given is not null)
        {
            return Given(given, recipe, teacher, log);
        }
        if (teacher is { Encoder: { } network } && recipe.Teaching.StartsFromTeacher)
        {
            return OfTeacher(recipe, teacher, network.Imported.Weights, log);
        }
        return new StartingEncoder(recipe, null, teacher?.Normalization ?? Normalization.ImageNet, teacher);
    }

    private static StartingEncoder Given(
        ByolWeights start, ByolRecipe recipe, TeacherNetwork? teacher, ITrainingLog log)
    {
        start.RequireFile();
        if (!WeightFile.IsOnnx(start.Path))
        {
            var (weights, unexpected) = WeightFile.Read(start.Path, recipe.Encoder.Architecture().Tensors());
            LogStart(start, unexpected, log);
            var (ordered, normalization) = InOrder(start, recipe.Encoder, weights);
            return new StartingEncoder(recipe, ordered, normalization, teacher);
        }
        var encoder = PretrainedEncoder.Read(start);
        if (recipe.Encoder.Backbone == ByolBackbone.OfStart)
        {
            LogStart(start, encoder.Imported.LeftOut, log);
            var settled = recipe with { Encoder = encoder.Settle(recipe.Encoder) };
            return new StartingEncoder(settled, encoder.Imported.Weights, encoder.Normalization, teacher);
        }
        var (own, left) = Match(encoder.Imported.Weights, recipe, start);
        LogStart(start, left, log);
        return new StartingEncoder(recipe, own, encoder.Normalization, teacher);
    }

    // For red, green, blue, whatever order the file's program had.
    private static (NetworkWeights Weights, Normalization Normalization) InOrder(
        ByolWeights start, ByolEncoderRecipe encoder, NetworkWeights weights)
    {
        try
        {
            var ofFile = Normalization.FromTexts(WeightFile.ReadMetadata(start.Path));
            var read = new ImportedEncoder(encoder.Backbone, encoder.Stem, encoder.Width, weights, ofFile, null, []);
            var ordered = start.ChannelOrder == ByolChannelOrder.Bgr ? ChannelReversal.Of(read) : read;
            return (ordered.Weights, PretrainedEncoder.NormalizationOf(start, ordered.Normalization));
        }
        catch (FormatException exception)
        {
            throw EncoderImport.Unreadable(start.Path, exception);
        }
    }

    // A student of the teacher's own kind begins with what the teacher has of it: its first blocks, say.
    private static StartingEncoder OfTeacher(
        ByolRecipe recipe, TeacherNetwork teacher, NetworkWeights network, ITrainingLog log)
    {
        var specs = recipe.Encoder.Architecture().Tensors();
        var there = network.Specs.ToDictionary(spec => spec.Name, spec => spec.Shape);
        if (!specs.All(spec => there.TryGetValue(spec.Name, out var shape) && shape.SequenceEqual(spec.Shape)))
        {
            log.Info("The student starts from random weights, as its layers are not among the teacher's.");
            return new StartingEncoder(recipe, null, teacher.Normalization, teacher);
        }
        var (weights, left) = Match(network, recipe, teacher.Weights);
        log.Info($"The student starts from the teacher's {(left.Count == 0 ? "weights" : "first blocks")}.");
        return new StartingEncoder(recipe, weights, teacher.Normalization, teacher);
    }

    private static (NetworkWeights Weights, IReadOnlyList<string> Left) Match(
        NetworkWeights weights, ByolRecipe recipe, ByolWeights file) => WeightFile.Match(
        file.Path,
        weights.Specs.ToDictionary(
            spec => spec.Name, spec => new NamedTensor(spec.Name, spec.Shape, weights[spec.Name])),
        recipe.Encoder.Architecture().Tensors());

    private static void LogStart(ByolWeights start, IReadOnlyList<string> unexpected, ITrainingLog log)
    {
        var left = unexpected.Count == 0
            ? ""
            : $"; {unexpected.Count} of the file's tensors have no place in it: {EncoderNames.Some(unexpected)}";
        log.Info($"The encoder starts from '{start}'{left}.");
    }
}
