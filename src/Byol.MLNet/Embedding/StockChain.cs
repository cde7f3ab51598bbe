using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Microsoft.ML;

namespace Byol.MLNet.Embedding;

/// <summary>The frozen encoder as stock ML.NET transformers: what is saved, and what maps single rows.</summary>
internal static class StockChain
{
    public static ITransformer Create(TransformsCatalog catalog, string outputColumn, string inputColumn, FrozenEncoder encoder, IDataView input)
    {
        // Working columns, dropped at the end; the dots keep them clear of a program's own names.
        var loaded = $"{outputColumn}.byol.image";
        var resized = $"{outputColumn}.byol.resized";
        var pixels = $"{outputColumn}.byol.pixels";

        var isPath = ImageColumn.IsPath(ImageColumn.Find(input.Schema, inputColumn).Type);
        using var model = new MemoryStream(encoder.ToBytes(pixels, outputColumn));
        var embed = FrontEnd.Pipeline(catalog, encoder.Metadata.StoredImageSize, isPath ? loaded : inputColumn, resized, pixels)
            .Append(catalog.ApplyOnnxModel(outputColumn, pixels, model));
        return isPath
            ? catalog.LoadImages(loaded, "", inputColumn).Append(embed).Append(catalog.DropColumns(loaded, resized, pixels)).Fit(input)
            : embed.Append(catalog.DropColumns(resized, pixels)).Fit(input);
    }
}
