using Byol.MLNet.Images;
using static TorchSharp.torch;

namespace Byol.MLNet.Views;

/// <summary>Images of a store as a network sees them in use: whole, resized and normalised.</summary>
internal sealed class WholePictures(ImageStore store, int side, Normalization normalization)
{
    /// <summary>The given images as one batch, N×3×side×side.</summary>
    public Tensor Batch(IReadOnlyList<int> images, Device device)
    {
        var values = ViewBatch.ValuesPerView(side);
        var batch = new float[images.Count * values];
        Parallel.For(
            0,
            images.Count,
            () => (Resampler: new Resampler(side), Picture: new float[values]),
            (i, _, local) =>
            {
                local.Resampler.Resample(
                    store[images[i]], store.Side, new CropBox(0, 0, store.Side, store.Side), local.Picture);
                normalization.WriteChannelsLast(local.Picture, batch.AsSpan(i * values, values));
                return local;
            },
            _ => { });
        return ViewTensor.Of(batch, side, device);
    }
}
