using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Methods.Taught;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Pretraining.Teaching;

/// <summary>Runs the teacher once over each whole image.</summary>
internal static class TeacherPass
{
    private const int BatchSize = 64;
    private const string EncoderName = "teacher";

    /// <summary>The teacher's output for each image of the store, as the recipe wants them.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TeacherOutputs Run(RunInputs inputs)
    {
        var teacher = inputs.Teacher!;
        var side = inputs.Recipe.Teaching.TeacherImageSize ?? teacher.ImageSize;
        var architecture = new EncoderArchitecture(
            teacher.Imported.Backbone, teacher.Imported.Stem, teacher.Imported.Width).For(side);
        var specs = TensorSpec.Under(EncoderName, architecture.Tensors()).ToList();
        using var parameters = new NetworkParameters(
            specs, _ => 0, inputs.Plan.Compute, inputs.Plan.Device, trainable: false);
        parameters.LoadUnder(EncoderName, teacher.Imported.Weights);
        var encoder = new Encoder(architecture, side, parameters, EncoderName);
        var pictures = new WholePictures(inputs.Store, side, teacher.Normalization);
        var outputs = new List<float[]>(inputs.Store.Count);
        foreach (var batch in Enumerable.Range(0, inputs.Store.Count).Chunk(BatchSize))
        {
            inputs.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var images = pictures.Batch(batch, inputs.Plan.Device).to(inputs.Plan.Compute);
            var features = encoder.Forward(images, training: false).to(float32).cpu();
            outputs.AddRange(features.data<float>().ToArray().Chunk(architecture.EmbeddingDimension));
            inputs.Activity?.Report(
                new ByolActivity(ByolActivityKind.Teaching, outputs.Count, inputs.Store.Count));
        }
        return new TeacherOutputs([.. outputs], inputs.Recipe.Teaching.TeacherComponents, inputs.Plan.Device);
    }
}
