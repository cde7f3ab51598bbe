using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Byol.MLNet.Foundation;

/// <summary>
/// What the MLContext says of log, seed and device. ML.NET gives a catalog's environment, and the means to stop a
/// trainer, to its own assemblies only, so this file, and no other, reaches for it.
/// </summary>
internal sealed class MLNetEnvironment(TransformsCatalog catalog)
{
    private readonly IHostEnvironment _environment = Environment(catalog);

    public int? Seed => Property<int?>("Seed");

    public int? GpuDeviceId => Property<int?>(nameof(MLContext.GpuDeviceId));

    public bool FallbackToCpu => Property<bool>(nameof(MLContext.FallbackToCpu));

    /// <summary>A log whose lines reach MLContext.Log; dispose it at the end.</summary>
    public ChannelLog StartLog(string name) => new(_environment.Register(name).Start("Fit"));

    /// <summary>
    /// Stops what runs on the context at its next step, as ML.NET's AutoML does: it throws
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = nameof(CancelExecution))]
    public static extern void CancelExecution(MLContext mlContext);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Microsoft.ML.Data.IInternalCatalog.get_Environment")]
    private static extern IHostEnvironment Environment(TransformsCatalog catalog);

    private T? Property<T>(string name)
    {
        var property = _environment.GetType().GetProperty(name)
            ?? throw new NotSupportedException(
                $"This version of Microsoft.ML does not tell the MLContext's {name}; "
                + "use the one that Byol.MLNet was built with.");
        return (T?)property.GetValue(_environment);
    }

    internal sealed class ChannelLog(IChannel channel) : ITrainingLog, IDisposable
    {
        public void Info(string message) => channel.Info(MessageSensitivity.None, message);

        public void Warning(string message) => channel.Warning(MessageSensitivity.None, message);

        public void Dispose() => channel.Dispose();
    }
}
