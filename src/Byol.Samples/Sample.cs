namespace Byol.Samples;

/// <summary>A sample, which reads and writes files of the current folder: see <see cref="DrawnPhotos"/>.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="About">What it shows.</param>
/// <param name="Run">Runs it.</param>
/// <param name="IsQuick">Whether it takes seconds on drawn pictures.</param>
internal sealed record Sample(string Name, string About, Action Run, bool IsQuick = true)
{
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("first-pipeline", "pretrain and classify in one pipeline, with names predicted", FirstPipeline.Run),
        new(
            "photographs",
            "from a folder of labelled photographs to a saved pipeline: 20 minutes",
            Photographs.Run,
            IsQuick: false),
        new("trained-encoder", "save an encoder, and use it again without training", TrainedEncoder.Run),
        new(
            "classifier-for-uploads",
            "a saved pipeline that takes images, for a web service",
            ClassifierForUploads.Run),
        new("evaluation", "classifiers on three feature sets side by side, and a page about them", EvaluationTable.Run),
        new("search", "search ML.NET's trainers on the embeddings", TrainerSearch.Run),
        new("sweep", "pretrain by several variants of a recipe", RecipeSweep.Run),
        new("checkpoints", "stop a training and go on with it", Checkpoints.Run),
        new("own-backbone", "an encoder of your own, layer by layer", OwnBackbone.Run),
        new("weights", "weights out of one training and into another", Weights.Run),
        new("watching", "progress, a probe, TensorBoard, and a page about the training", Watching.Run),
        new("bulk-embedding", "embed many pictures, and find the nearest ones", BulkEmbedding.Run),
    ];
}
