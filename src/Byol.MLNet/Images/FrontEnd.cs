using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.MLNet.Images;

/// <summary>
/// The one image front end that training, bulk transform and the saved pipeline share: ML.NET's own ResizeImages and
/// ExtractPixels, giving K×K planar RGB bytes. Safe for several threads.
/// </summary>
internal sealed class FrontEnd(
    TransformsCatalog catalog, int side, ByolResizeMode mode = ByolResizeMode.Squash) : IDisposable
{
    private readonly ConcurrentQueue<Worker> _idle = [];

    /// <summary>K, the side of the pictures that it gives.</summary>
    public int Side { get; } = side;

    public int PixelBytes => 3 * Side * Side;

    /// <summary>
    /// The stock estimators. Resizing goes over K×(K+1), because ResizeImages hands on, and later disposes, the
    /// caller's own image when its size is already the wanted one (dotnet/machinelearning#7444): <see cref="Own"/> is
    /// for images of K×(K+1). The first step makes the shape, but for a row.
    /// </summary>
    public static IEstimator<ITransformer> Pipeline(
        TransformsCatalog catalog,
        int side,
        ByolResizeMode mode,
        string imageColumn,
        string resizedColumn,
        string pixelsColumn) =>
        catalog.ResizeImages(resizedColumn, side, side + 1, imageColumn, Kind(mode))
            .Append(
                catalog.ResizeImages(
                    resizedColumn, side, side, resizedColumn, ImageResizingEstimator.ResizingKind.Fill))
            .Append(catalog.ExtractPixels(pixelsColumn, resizedColumn, outputAsFloatArray: false));

    /// <summary>What the stock estimators may dispose: a copy of an image that they would hand on, else the
    /// image.</summary>
    /// <param name="image">The caller's.</param>
    /// <param name="side">K.</param>
    public static MLImage Own(MLImage image, int side) => (image.Width, image.Height) == (side, side + 1)
        ? MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, image.Pixels)
        : image;

    private static ImageResizingEstimator.ResizingKind Kind(ByolResizeMode mode) => mode switch
    {
        ByolResizeMode.Crop => ImageResizingEstimator.ResizingKind.IsoCrop,
        ByolResizeMode.Pad => ImageResizingEstimator.ResizingKind.IsoPad,
        _ => ImageResizingEstimator.ResizingKind.Fill,
    };

    /// <summary>The image's K×K planar RGB bytes; the image itself is left as it was.</summary>
    public byte[] Extract(MLImage image)
    {
        var worker = _idle.TryDequeue(out var idle) ? idle : new Worker(catalog, Side, mode);
        try
        {
            return worker.Extract(image);
        }
        finally
        {
            _idle.Enqueue(worker);
        }
    }

    public void Dispose()
    {
        while (_idle.TryDequeue(out var worker))
        {
            worker.Dispose();
        }
    }

    /// <summary>The stock chain over a single row whose image can be set; for one thread at a time.</summary>
    private sealed class Worker : IDisposable
    {
        private const string Image = "Image";
        private const string Pixels = "Pixels";

        private readonly int _side;
        private readonly ImageRow _input;
        private readonly DataViewRow _output;
        private readonly ValueGetter<VBuffer<byte>> _getter;
        private VBuffer<byte> _buffer;

        public Worker(TransformsCatalog catalog, int side, ByolResizeMode mode)
        {
            _side = side;
            var schema = new DataViewSchema.Builder();
            schema.AddColumn(Image, new ImageDataViewType());
            _input = new ImageRow(schema.ToSchema());
            var chain = Pipeline(catalog, side, mode, Image, Image, Pixels).Fit(new SchemaView(_input.Schema));
            var mapper = chain.GetRowToRowMapper(_input.Schema);
            var column = mapper.OutputSchema[Pixels];
            _output = mapper.GetRow(_input, [column]);
            _getter = _output.GetGetter<VBuffer<byte>>(column);
        }

        public byte[] Extract(MLImage image)
        {
            _input.Show(Own(image, _side));
            _getter(ref _buffer);
            var pixels = new byte[_buffer.Length];
            _buffer.CopyTo(pixels);
            return pixels;
        }

        public void Dispose() => _output.Dispose();
    }

    private sealed class ImageRow(DataViewSchema schema) : DataViewRow
    {
        private MLImage? _image;
        private long _position = -1;

        public override DataViewSchema Schema { get; } = schema;

        public override long Position => _position;

        public override long Batch => 0;

        public void Show(MLImage image)
        {
            _image = image;
            _position++;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<MLImage> getter = (ref MLImage value) => value = _image!;
            return (ValueGetter<TValue>)(Delegate)getter;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
    }
}
