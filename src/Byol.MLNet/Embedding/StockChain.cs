using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Stock ML.NET transformers around an ONNX model: what is saved, and what maps single rows. ML.NET writes the model to
/// a file in the folder for temporary files and leaves it there. Here that file is gone as soon as the model is loaded,
/// except while the chain is saved, when ML.NET reads it again.
/// </summary>
/// <param name="catalog">Of the MLContext whose device is used.</param>
/// <param name="create">Makes the transformers with the given catalog.</param>
internal sealed class StockChain(TransformsCatalog catalog, Func<TransformsCatalog, ITransformer> create) : IDisposable
{
    private readonly Lock _gate = new();
    private ITransformer? _transformer;
    private bool _isHandedOut;

    /// <summary>The transformers, made when first asked for. They may outlive this.</summary>
    /// <exception cref="InvalidOperationException">The MLContext asks for a GPU that ONNX Runtime's package cannot
    /// use.</exception>
    public ITransformer Transformer
    {
        get
        {
            lock (_gate)
            {
                _isHandedOut = true;
                return _transformer ??= Create(keepsFile: false, out _);
            }
        }
    }

    /// <summary>Makes the transformers now, so that what is wrong with them or their device shows.</summary>
    public void Check()
    {
        lock (_gate)
        {
            _transformer ??= Create(keepsFile: false, out _);
        }
    }

    public void Save(ModelSaveContext context)
    {
        var transformer = Create(keepsFile: true, out var folder);
        try
        {
            ((ICanSaveModel)transformer).Save(context);
        }
        finally
        {
            (transformer as IDisposable)?.Dispose();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Frees the model, unless somebody may still map rows with it: then the garbage collector does. Made anew if asked
    /// again.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isHandedOut)
            {
                (_transformer as IDisposable)?.Dispose();
            }
            (_transformer, _isHandedOut) = (null, false);
        }
    }

    private ITransformer Create(bool keepsFile, out DirectoryInfo folder)
    {
        OnnxSetup.Ensure();
        var environment = new MLNetEnvironment(catalog);
        folder = CreateFolder();
        try
        {
            return Create(environment, folder);
        }
        finally
        {
            // Windows lets nobody remove an open file, and removes this one itself when it is closed.
            if (!keepsFile && !OperatingSystem.IsWindows())
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static DirectoryInfo CreateFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("byol-");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The folder for temporary files, '{Path.GetTempPath()}', cannot be written: {exception.Message}",
                exception);
        }
    }

    private ITransformer Create(MLNetEnvironment environment, DirectoryInfo folder)
    {
        try
        {
            try
            {
                return create(Context(environment.GpuDeviceId));
            }
            catch (InvalidOperationException exception) when (exception.InnerException is OnnxRuntimeException)
            {
                // ML.NET gives its file a random ending, and where that is .ort, one of 32,768 times, ONNX Runtime
                // expects another format.
                return create(Context(environment.GpuDeviceId));
            }
        }
        catch (Exception exception) when (environment.GpuDeviceId is not null && OnnxSetup.IsWithoutCuda(exception))
        {
            // ML.NET's own fallback does not catch that the CPU package lacks the call.
            return environment.FallbackToCpu
                ? create(Context(null))
                : throw OnnxSetup.WithoutCuda(environment, exception);
        }

        TransformsCatalog Context(int? device) =>
            new MLContext
            {
                GpuDeviceId = device,
                FallbackToCpu = environment.FallbackToCpu,
                TempFilePath = folder.FullName,
            }.Transforms;
    }
}
