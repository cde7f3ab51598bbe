using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>What an evaluation is given.</summary>
internal sealed record EvaluationInputs(
    ByolWeights Model,
    DirectoryInfo Images,
    DirectoryInfo? Bank,
    LabelSource Labels,
    int Seed,
    int? Gpu,
    bool IncludeImageNet,
    SkippedFiles Skipped,
    CancellationToken Cancellation)
{
    /// <summary>
    /// Reads the labelled images: those to test on, and those of the bank, where there is one. No picture is among
    /// both, and none of a set that will be split is there twice; the sentences say what was left out for that.
    /// </summary>
    /// <exception cref="InvalidDataException">The labels do not fit an evaluation.</exception>
    public (IReadOnlyList<LabelledImage> Images, IReadOnlyList<LabelledImage>? Bank, string[] Footers) Read()
    {
        var images = Skipped.Read(Images, Labels);
        if (Bank is null)
        {
            var distinct = Copies.Within(images, Cancellation);
            Skipped.AddCopies(distinct.Found);
            RequireLabels(distinct.Kept);
            var lone = distinct.Kept.CountBy(image => image.Label).FirstOrDefault(label => label.Value == 1);
            return lone.Key is null
                ? (distinct.Kept, null, Footers(distinct, "copies of other images were"))
                : throw new InvalidDataException(
                    $"Label '{lone.Key}' has a single picture; a split needs two or more of each label.");
        }
        var bank = Copies.Across(Skipped.Read(Bank, Labels), images, Cancellation);
        Skipped.AddCopies(bank.Found);
        RequireLabels(bank.Kept);
        var known = bank.Kept.Select(image => image.Label).ToHashSet();
        return images.FirstOrDefault(image => !known.Contains(image.Label)) is { } unknown
            ? throw new InvalidDataException(
                $"The label '{unknown.Label}' of '{unknown.Image}' is not among the labels of --bank.")
            : (images, bank.Kept, Footers(bank, "images of --bank that are copies of images to test were"));
    }

    /// <summary>The encoder; rows whose image cannot be read get NaN.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="images">The images.</param>
    /// <param name="unreadable">Receives those images.</param>
    public ByolEmbeddingTransformer Load(
        MLContext mlContext, IReadOnlyList<LabelledImage> images, UnreadableRows? unreadable = null)
    {
        var model = ImageNetSize.Suit(Model, mlContext, images);
        return ImageEncoder.Load(mlContext, model, unreadable, remembers: true);
    }

    /// <summary>The side at which the frozen ImageNet network sees the images, beside the encoder; null where it is
    /// left out.</summary>
    public int? ChooseImageNetSize(MLContext mlContext, IReadOnlyList<LabelledImage> images) =>
        ImageNetSize.Choose(IncludeImageNet && Model != ByolWeights.ImageNetResNet18, mlContext, images);

    private static string[] Footers(Copies copies, string what) =>
        copies.Found.Count > 0 ? [copies.Describe(what)] : [];

    private static void RequireLabels(IReadOnlyList<LabelledImage> train)
    {
        if (train.All(image => image.Label == train[0].Label))
        {
            var count = train.Count.ToString(CultureInfo.InvariantCulture);
            throw new InvalidDataException(
                $"The {count} training images have the single label '{train[0].Label}'; "
                + "an evaluation needs two or more.");
        }
    }
}
