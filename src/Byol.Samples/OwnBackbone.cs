using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Samples;

/// <summary>An encoder of your own: training and ONNX graph are both made from its layers.</summary>
internal static class OwnBackbone
{
    public static void Run()
    {
        #region define
        var backbone = ByolBackbone.Define("three-convolutions", encoder => encoder
            .Convolution("conv1", encoder.Channels(32), kernel: 3, stride: 2).BatchNorm("bn1").Relu()
            .Convolution("conv2", encoder.Channels(64), kernel: 3, stride: 2).BatchNorm("bn2").Relu()
            .Residual("block", branch => branch
                .Convolution("conv", encoder.Channels(64), kernel: 3).BatchNorm("bn"))
            .Relu());
        #endregion

        var mlContext = new MLContext(seed: 1);
        var photos = mlContext.Data.LoadFromEnumerable(Photo.In("all"));
        #region use
        var options = new ByolOptions
        {
            Recipe = ByolRecipe.Fast with
            {
                BatchSize = 16,
                Encoder = ByolRecipe.Fast.Encoder with { Backbone = backbone, Width = 1 },
            },
            Epochs = 1,
        };
        using var encoder = mlContext.Transforms.ByolEmbedding("Features", "ImagePath", options).Fit(photos);
        encoder.SaveOnnx("own.onnx");     // holds the layers: it loads where the definition is not
        #endregion
        Console.WriteLine($"{encoder.EmbeddingDimension} values an image");
    }
}
