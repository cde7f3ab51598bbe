using Microsoft.ML;

namespace Byol.Samples;

/// <summary>Weights out of one training and into another.</summary>
internal static class Weights
{
    public static void Run()
    {
        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("all"));
        var options = QuickEncoder.Options();

        #region save
        using var first = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        first.SaveWeights("encoder.safetensors");          // torchvision's names
        #endregion

        #region start
        options.Start = "encoder.safetensors";    // or what torch.save wrote
        using var second = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        #endregion
        Console.WriteLine(
            $"Loss {first.History[0].Loss:F2} from random weights, {second.History[0].Loss:F2} from the file's");
    }
}
