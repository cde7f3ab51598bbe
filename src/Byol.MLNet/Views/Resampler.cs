using System.Numerics;
using System.Numerics.Tensors;

namespace Byol.MLNet.Views;

/// <summary>A crop of a picture, in pixels.</summary>
internal readonly record struct CropBox(int Top, int Left, int Height, int Width);

/// <summary>
/// Antialiased bilinear resampling of a crop, as torchvision's resized_crop: a triangle as wide as the larger of a
/// source pixel and a destination pixel, evaluated separately along both axes, with taps outside the crop left out.
/// </summary>
internal sealed class Resampler(int size)
{
    private readonly Taps _rows = new(size);
    private readonly Taps _columns = new(size);
    private float[] _narrowed = [];

    /// <summary>
    /// Resamples a planar RGB picture of side <paramref name="side"/> (0–255) to planar RGB in [0, 1].
    /// </summary>
    public void Resample(ReadOnlySpan<byte> source, int side, CropBox crop, Span<float> destination) =>
        Resample(source, side, side, crop, 1f / 255, destination);

    /// <summary>The same for a picture of any shape and value type.</summary>
    public void Resample<T>(
        ReadOnlySpan<T> source, int height, int width, CropBox crop, float scale, Span<float> destination)
        where T : unmanaged, INumberBase<T>
    {
        _rows.Compute(crop.Height);
        _columns.Compute(crop.Width);
        if (_narrowed.Length < crop.Height * size)
        {
            _narrowed = new float[crop.Height * size];
        }
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = source.Slice(channel * height * width, height * width);
            for (var y = 0; y < crop.Height; y++)
            {
                Narrow(
                    plane.Slice((crop.Top + y) * width + crop.Left, crop.Width),
                    _narrowed.AsSpan(y * size, size),
                    scale);
            }
            for (var y = 0; y < size; y++)
            {
                Shorten(y, destination.Slice((channel * size + y) * size, size));
            }
        }
    }

    private void Narrow<T>(ReadOnlySpan<T> row, Span<float> destination, float scale)
        where T : unmanaged, INumberBase<T>
    {
        for (var x = 0; x < destination.Length; x++)
        {
            var first = _columns.First(x);
            var weights = _columns.Weights(x);
            var sum = 0f;
            for (var tap = 0; tap < weights.Length; tap++)
            {
                sum += weights[tap] * float.CreateTruncating(row[first + tap]);
            }
            destination[x] = sum * scale;
        }
    }

    private void Shorten(int y, Span<float> destination)
    {
        var first = _rows.First(y);
        var weights = _rows.Weights(y);
        destination.Clear();
        for (var tap = 0; tap < weights.Length; tap++)
        {
            var row = _narrowed.AsSpan((first + tap) * size, size);
            TensorPrimitives.MultiplyAdd(row, weights[tap], destination, destination);
        }
    }

    /// <summary>First tap and weights of each destination pixel along one axis.</summary>
    private sealed class Taps(int size)
    {
        private readonly int[] _first = new int[size];
        private readonly int[] _count = new int[size];
        private float[] _weights = [];
        private int _stride;
        private int _length;

        public int First(int pixel) => _first[pixel];

        public ReadOnlySpan<float> Weights(int pixel) => _weights.AsSpan(pixel * _stride, _count[pixel]);

        public void Compute(int length)
        {
            if (length == _length)
            {
                return;
            }
            _length = length;
            var scale = (double)length / size;
            var support = Math.Max(scale, 1);
            _stride = (int)Math.Ceiling(support) * 2 + 1;
            if (_weights.Length < _stride * size)
            {
                _weights = new float[_stride * size];
            }
            for (var pixel = 0; pixel < size; pixel++)
            {
                var centre = scale * (pixel + 0.5);
                var first = Math.Max((int)(centre - support + 0.5), 0);
                var last = Math.Min((int)(centre + support + 0.5), length);
                var weights = _weights.AsSpan(pixel * _stride, last - first);
                var total = 0.0;
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    var weight = Math.Max(1 - Math.Abs(first + tap - centre + 0.5) / support, 0);
                    weights[tap] = (float)weight;
                    total += weight;
                }
                TensorPrimitives.Divide(weights, (float)total, weights);
                _first[pixel] = first;
                _count[pixel] = weights.Length;
            }
        }
    }
}
