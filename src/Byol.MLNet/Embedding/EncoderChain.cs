using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Microsoft.ML;

namespace Byol.MLNet.Embedding;

/// <summary>The frozen encoder as stock ML.NET transformers.</summary>
internal static class EncoderChain
{
    /// <param name="catalog">Of the MLContext whose device is used.</param>
    /// <param name="outputColumn">Name of the embedding column.</param>
    /// <param name="inputColumn">Column of images or paths.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="schema">Of the rows.</param>
    public static StockChain Create(
        TransformsCatalog catalog,
        string outputColumn,
        string inputColumn,
        FrozenEncoder encoder,
        DataViewSchema schema) =>
        new(catalog, stock => Create(stock, outputColumn, inputColumn, encoder, new SchemaView(schema)));

    private static ITransformer Create(
        TransformsCatalog catalog, string outputColumn, string inputColumn, FrozenEncoder encoder, SchemaView input)
    {
        // Working columns, dropped at the end; the dots keep them clear of a program's own names.
        var loaded = $"{outputColumn}.byol.image";
        var resized = $"{outputColumn}.byol.resized";
        var pixels = $"{outputColumn}.byol.pixels";

        var isPath = ImageColumn.IsPath(ImageColumn.Find(input.Schema, inputColumn).Type);
        using var model = new MemoryStream(encoder.ToBytes(pixels, outputColumn));
        var embed = FrontEnd.Pipeline(
            catalog,
            encoder.Metadata.StoredImageSize,
            encoder.Metadata.Recipe.Encoder.ResizeMode,
            isPath ? loaded : inputColumn, resized, pixels)
            .Append(catalog.ApplyOnnxModel(outputColumn, pixels, model));
        return isPath
            ? catalog.LoadImages(loaded, "", inputColumn)
                .Append(embed)
                .Append(catalog.DropColumns(loaded, resized, pixels))
                .Fit(input)
            : embed.Append(catalog.DropColumns(resized, pixels)).Fit(input);
    }
}
