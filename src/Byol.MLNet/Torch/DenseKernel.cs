using Byol.MLNet.Encoders;
using static TorchSharp.torch;

namespace Byol.MLNet.Torch;

/// <summary>
/// A 3×3 convolution (padding 1) of pictures smaller than its kernel, as one matrix product over all their pixels. It
/// is exact, and leaves out the multiplications by padding: 8 of 9 on a picture of one pixel, 20 of 36 on one of 2×2.
/// The layer computes with the matrix; the network's flat buffers keep the kernel. A matrix of another size of pictures
/// than a step's costs that step nothing: it is brought up to date when it is used.
/// </summary>
internal sealed class DenseKernel : IDisposable
{
    private readonly Tensor _kernel;
    private readonly Tensor? _kernelGradient;
    private readonly Tensor? _matrixGradient;
    private readonly int _side;
    private readonly int _stride;
    private readonly Lock _refresh = new();
    private volatile bool _isStale = true;

    /// <param name="kernel">Output×input×3×3 values, a view of what the optimiser moves.</param>
    /// <param name="kernelGradient">A view of their gradients; null where the network is not trained. Disposed with
    /// this.</param>
    /// <param name="side">Side of the pictures that come in: 1 or 2.</param>
    /// <param name="stride">The convolution's stride.</param>
    /// <param name="compute">The type to compute in.</param>
    public DenseKernel(Tensor kernel, Tensor? kernelGradient, int side, int stride, ScalarType compute)
    {
        _kernel = kernel;
        _kernelGradient = kernelGradient;
        _side = side;
        _stride = stride;
        OutputSide = EncoderArchitecture.OutputSide(side, stride);
        long[] shape = [OutputSide * OutputSide * kernel.shape[0], side * side * kernel.shape[1]];
        Matrix = zeros(shape, compute, kernel.device).DetachFromDisposeScope();
        if (kernelGradient is not null)
        {
            _matrixGradient = zeros_like(Matrix).DetachFromDisposeScope();
            Matrix.requires_grad_(true);
            using var gradient = _matrixGradient.view(Matrix.shape);
            Matrix.grad = gradient;
        }
    }

    public int OutputSide { get; }

    // Rows: output pixel, output channel. Columns: input pixel, input channel.
    private Tensor Matrix { get; }

    /// <summary>Pictures, one a row (pixels, then channels), times the kernel. Safe for several threads.</summary>
    public Tensor Multiply(Tensor pictures)
    {
        lock (_refresh)
        {
            if (_isStale)
            {
                ForEachOutputPixel(Matrix, _kernel, (matrix, kernel) => matrix.copy_(kernel));
                _isStale = false;
            }
        }
        return pictures.mm(Matrix.t());
    }

    /// <summary>Says that the kernel changed.</summary>
    public void Invalidate() => _isStale = true;

    /// <summary>Moves what backward left to the kernel's gradient, which it is added to.</summary>
    public void CollectGradient()
    {
        // A matrix that is not up to date was not used since the kernel changed.
        if (_isStale)
        {
            return;
        }
        ForEachOutputPixel(_matrixGradient!, _kernelGradient!, (matrix, kernel) => kernel.AddInPlace(matrix));
        _matrixGradient!.zero_();
    }

    public void Dispose()
    {
        _kernelGradient?.Dispose();
        _matrixGradient?.Dispose();
        Matrix.Dispose();
    }

    // An output pixel sees the whole picture through a window of the kernel.
    private void ForEachOutputPixel(Tensor matrix, Tensor kernel, Action<Tensor, Tensor> action)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var blocks = matrix.view(OutputSide, OutputSide, kernel.shape[0], _side, _side, kernel.shape[1]);
        var taps = kernel.permute(0, 2, 3, 1);
        for (var y = 0; y < OutputSide; y++)
        {
            for (var x = 0; x < OutputSide; x++)
            {
                action(blocks[y, x], taps.narrow(1, 1 - y * _stride, _side).narrow(2, 1 - x * _stride, _side));
            }
        }
    }
}
