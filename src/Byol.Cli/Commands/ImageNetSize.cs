using Byol.Cli.Data;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Images;
using Byol.MLNet.Onnx.Import;
using Microsoft.ML;

namespace Byol.Cli.Commands;

/// <summary>The side of the pictures that the ImageNet network is shown, by the pictures.</summary>
internal static class ImageNetSize
{
    /// <summary>Chooses it for a table's feature set; null where the network is not wanted there, or is not
    /// there.</summary>
    public static int? Choose(bool isWanted, MLContext mlContext, IReadOnlyList<LabelledImage> images) =>
        isWanted && ByolWeights.ImageNetResNet18.Exists ? Choose(mlContext, images) : null;

    /// <summary>The encoder, for pictures of the side that suits these where it is the ImageNet network.</summary>
    public static ByolWeights Suit(ByolWeights model, MLContext mlContext, IReadOnlyList<LabelledImage> images) =>
        model == ByolWeights.ImageNetResNet18 ? model with { ImageSize = Choose(mlContext, images) } : model;

    private static int Choose(MLContext mlContext, IReadOnlyList<LabelledImage> images)
    {
        var data = ImageFolder.ToDataView(mlContext, images);
        var pictureSide = ImageColumn.MedianShortSide(data, Pretraining.ImageColumn).Value;
        var size = PretrainedEncoder.ShownSize(ByolWeights.ImageNetResNet18.ImageSize!.Value, pictureSide);
        if (pictureSide is not null)
        {
            Messages.Info(
                $"{ByolWeights.ImageNetResNet18} at {size} px, as the pictures' median short side is "
                + $"{pictureSide} px.");
        }
        return size;
    }
}
