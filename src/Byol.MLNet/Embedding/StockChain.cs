using Byol.MLNet.Images;
using Byol.MLNet.Onnx;
using Microsoft.ML;

namespace Byol.MLNet.Embedding;

/// <summary>The frozen encoder as stock ML.NET transformers: what is saved, and what maps single rows.</summary>
internal static class StockChain
{
    /// <exception cref="InvalidOperationException">The MLContext asks for a GPU that ONNX Runtime's package cannot use.</exception>
    public static ITransformer Create(TransformsCatalog catalog, string outputColumn, string inputColumn, FrozenEncoder encoder, IDataView input)
    {
        try
        {
            return CreateOn(catalog, outputColumn, inputColumn, encoder, input);
        }
        catch (EntryPointNotFoundException exception)
        {
            // ONNX Runtime's CPU package lacks the call; ML.NET's own fallback does not catch that.
            var environment = new MLNetEnvironment(catalog);
            return environment.FallbackToCpu
                ? CreateOn(new MLContext().Transforms, outputColumn, inputColumn, encoder, input)
                : throw new InvalidOperationException(
                    $"MLContext.GpuDeviceId is {environment.GpuDeviceId}, but the referenced ONNX Runtime has no CUDA; reference Microsoft.ML.OnnxRuntime.Gpu, or set FallbackToCpu.", exception);
        }
    }

    private static ITransformer CreateOn(TransformsCatalog catalog, string outputColumn, string inputColumn, FrozenEncoder encoder, IDataView input)
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
