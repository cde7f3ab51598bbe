using Byol.MLNet.Pretraining.Methods.Taught;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>Lets the teacher look once at each whole image.</summary>
internal static class TeacherPass
{
    private const int BatchSize = 64;

    /// <summary>The teacher's output for each image of the store, as the recipe wants them.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TeacherOutputs Run(RunInputs inputs)
    {
        var network = inputs.Teacher!;
        var recipe = inputs.Recipe.Teaching;
        var side = network.Side(recipe.TeacherImageSize, inputs.PictureSide);
        using var teacher = network.Open(side, inputs.Plan.Compute, inputs.Plan.Device);
        var pictures = new WholePictures(inputs.Store, side, network.Normalization);
        var outputs = new List<float[]>(inputs.Store.Count);
        foreach (var batch in Enumerable.Range(0, inputs.Store.Count).Chunk(BatchSize))
        {
            inputs.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            outputs.AddRange(TensorRows.Read(teacher.Look(pictures.Batch(batch, inputs.Plan.Device))));
            inputs.Activity?.Report(new ByolActivity(ByolActivityKind.Teaching, outputs.Count, inputs.Store.Count));
        }
        return new TeacherOutputs([.. outputs], recipe.TeacherComponents, inputs.Plan.Device);
    }
}
