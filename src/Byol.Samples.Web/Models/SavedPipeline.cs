using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace Byol.Samples.Web.Models;

/// <summary>
/// The file that <c>mlContext.Model.Save</c> wrote, taken apart: the steps that make pixels of a picture, the ONNX
/// network, and the steps that make scores of its output. ML.NET runs the network row by row on all cores and stores no
/// other wish, so it gets a session of its own here, which takes several pictures at once on one thread.
/// </summary>
internal sealed class SavedPipeline : IDisposable
{
    // The names of image columns are not saved.
    private const string UsualImageColumn = "Image";

    private SavedPipeline(byte[] file, ITransformer[] steps, DataViewSchema schema)
    {
        var networks = steps.Count(step => step is OnnxTransformer);
        if (networks != 1)
        {
            throw new InvalidDataException($"it has {networks} ONNX steps, and is to have one.");
        }
        // Where it reads files, the picture takes the place of what is read.
        ImageColumn = steps.OfType<ImageLoadingTransformer>().SingleOrDefault() is { } loading
            ? loading.GetOutputSchema(schema).Last(column => column.Type is ImageDataViewType).Name
            : UsualImageColumn;
        var network = Array.FindIndex(steps, step => step is OnnxTransformer);
        FrontEnd = Chain(steps.Take(network).Where(step => step is not ImageLoadingTransformer));
        Classifier = Chain(steps.Skip(network + 1));
        Network = CreateSession(file);
        EmbeddingType = (VectorDataViewType)steps[network]
            .GetOutputSchema(FrontEnd.GetOutputSchema(PictureSchema()))[Network.OutputNames[0]].Type;
    }

    /// <summary>The column that the front end looks for the picture in.</summary>
    public string ImageColumn { get; }

    public ITransformer FrontEnd { get; }

    /// <summary>Takes a batch of pixels; safe for several threads.</summary>
    public InferenceSession Network { get; }

    public ITransformer Classifier { get; }

    /// <summary>The type of the column that the classifier takes.</summary>
    public VectorDataViewType EmbeddingType { get; }

    /// <exception cref="InvalidDataException">The file is no pipeline that can be served.</exception>
    public static SavedPipeline Load(byte[] file)
    {
        // ML.NET unpacks the network into it, and nobody needs that afterwards.
        var folder = Directory.CreateTempSubdirectory("byol-web-");
        ITransformer[] steps = [];
        try
        {
            var mlContext = new MLContext { TempFilePath = folder.FullName };
            steps = [.. Flatten(mlContext.Model.Load(new MemoryStream(file), out var schema))];
            return new SavedPipeline(file, steps, schema);
        }
        // ML.NET throws what it likes on a file that it cannot read.
        catch (Exception exception) when (exception is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"ML.NET cannot read it: {exception.Message}", exception);
        }
        finally
        {
            foreach (var step in steps.OfType<OnnxTransformer>())
            {
                step.Dispose();
            }
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => Network.Dispose();

    private DataViewSchema PictureSchema()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ImageColumn, new ImageDataViewType());
        return schema.ToSchema();
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer step) =>
        step is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [step];

    // Without what only a training needs, and what hides columns.
    private static TransformerChain<ITransformer> Chain(IEnumerable<ITransformer> steps) =>
        new([.. steps.Where(step => step is not (ValueToKeyMappingTransformer or ColumnSelectingTransformer))]);

    // The engines are the threads: within a picture none are to wait for each other.
    private static InferenceSession CreateSession(byte[] file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(ReadNetwork(file), options);
    }

    // A length of four bytes, then the network.
    private static byte[] ReadNetwork(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        using var entry = zip.Entries.Single(entry => entry.Name == "OnnxModel").Open();
        var length = new byte[sizeof(int)];
        entry.ReadExactly(length);
        var network = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
        entry.ReadExactly(network);
        return network;
    }
}
