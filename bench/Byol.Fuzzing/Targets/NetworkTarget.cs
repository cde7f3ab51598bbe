using Byol.Fuzzing.Seeds;
using Byol.MLNet;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.Fuzzing.Targets;

/// <summary>ONNX files: one that loads must embed a picture.</summary>
internal abstract class NetworkTarget(
    string name, int share, string fileName, MLContext mlContext, TinyEncoder encoder) : FuzzTarget(name, share)
{
    protected TinyEncoder Encoder { get; } = encoder;

    public override Outcome Run(string folder)
    {
        var path = Path.Combine(folder, fileName);
        var rows = mlContext.Data.LoadFromEnumerable([new FileRow { Image = Encoder.SoundPictures[0] }]);
        ByolEmbeddingEstimator loaded;
        try
        {
            loaded = mlContext.Transforms.LoadByolEmbedding(TinyEncoder.Output, TinyEncoder.Input, path);
        }
        catch (InvalidDataException exception)
        {
            return Refused(exception, path);
        }
        var transformer = loaded.Fit(rows);
        using var freed = Owned(transformer);
        var embedding = transformer.Transform(rows).GetColumn<float[]>(TinyEncoder.Output).Single();
        return embedding.Length == transformer.EmbeddingDimension
            ? Outcome.Read
            : throw new FuzzFailureException("an embedding of another length");
    }
}
