using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Views;
using Microsoft.ML;

namespace Byol.MLNet.Reporting;

/// <summary>Some images beside the two views that a first epoch draws of them.</summary>
internal static class ViewGallery
{
    private const int Images = 12;

    public static ReportSection Create(MLContext mlContext, IDataView data, string imageColumn, ByolOptions options)
    {
        var shortSide = ImageColumn.MedianShortSide(data, imageColumn);
        var recipe = RecipeChoice.Of(options, shortSide);
        var size = recipe.Encoder.ImageSize;
        using var frontEnd = new FrontEnd(
            mlContext.Transforms, ImageStoreLoader.ChooseSide(recipe.Encoder, shortSide), recipe.Encoder.ResizeMode);
        // From all over the data, which is often sorted; a few may be unreadable.
        var stride = Math.Max(ImageStoreLoader.CountRows(data) / (2 * Images), 1);
        using var reader = PixelReader.Open(data, imageColumn, frontEnd, options.MaxImagePixels);
        var rows = new List<PixelRow>();
        // A read of large images ends before all of them.
        while (reader.Next(int.MaxValue, isWanted: row => row % stride == 0) is { Count: > 0 } next)
        {
            reader.Decode(next);
            rows.AddRange(next);
        }
        var augmenter = new ViewAugmenter(recipe.Views, size, Normalization.ImageNet);
        var pairs = rows.Where(row => row.Pixels is not null).Take(Images).Select(row =>
            $"<div class=\"pair\">{Pictures.Element(row.Pixels!, "image")}<span>→</span>"
            + $"{View(row, 0)}{View(row, 1)}</div>");
        return new ReportSection(
            "Views",
            $"<p>Images and two views of each, as the network sees them ({size} px): it learns to predict "
            + "one view from the other, so what the views vary is what the features forget.</p>"
            + $"<div class=\"views\">{string.Concat(pairs)}</div>",
            []);

        string View(PixelRow row, int view)
        {
            var values = new float[3 * size * size];
            var random = RandomStream.For(RandomPurpose.View, options.Seed ?? 0, 1, row.Row, view);
            augmenter.Draw(row.Pixels!, frontEnd.Side, random, values, isSecond: view == 1);
            return Pictures.NormalizedElement(values, $"view {view + 1}");
        }
    }
}
