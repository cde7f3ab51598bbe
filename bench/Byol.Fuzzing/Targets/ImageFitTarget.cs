using Byol.Fuzzing.Seeds;
using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Fuzzing.Targets;

/// <summary>A fit on sound pictures and damaged ones, which it leaves out.</summary>
internal sealed class ImageFitTarget(MLContext mlContext, TinyEncoder encoder) : FuzzTarget("images in a fit", share: 1)
{
    private const int Damaged = 6;

    public override FuzzInput Next(Random random)
    {
        var origins = new byte[Damaged][];
        var parts = origins.Select((_, i) => ImageTarget.Damage(random, out origins[i])).ToArray();
        return new FuzzInput([.. Enumerable.Range(0, Damaged).Select(i => $"{i}.img")], parts, origins);
    }

    public override Outcome Run(string folder)
    {
        var options = TinyEncoder.Options();
        options.OnUnreadableImage = ByolUnreadableImage.Skip;
        var files = Directory.GetFiles(folder);
        var fitted = mlContext.Transforms.ByolEmbedding(TinyEncoder.Output, TinyEncoder.Input, options)
            .Fit(encoder.Rows(mlContext, files));
        using var freed = Owned(fitted);
        if (fitted.UnreadableImages.Count > files.Length)
        {
            throw new FuzzFailureException("sound pictures that were left out");
        }
        return fitted.UnreadableImages.Count < files.Length ? Outcome.Read : Outcome.Refused;
    }

    // Pictures of up to 64 megapixels may be decoded side by side.
    public override long HonestBytes(string folder, FuzzInput input) => 1_500_000_000;
}
