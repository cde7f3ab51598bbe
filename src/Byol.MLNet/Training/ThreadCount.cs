using static TorchSharp.torch;

namespace Byol.MLNet.Training;

/// <summary>
/// libtorch's threads: sums are added up in another order by another number of them, so that a resumed run takes the
/// number that it began with. Disposing gives back the number before.
/// </summary>
internal sealed class ThreadCount : IDisposable
{
    private readonly int _before = get_num_threads();
    private readonly bool _isChanged;

    /// <param name="wanted">The run's number; null takes the present one.</param>
    /// <param name="log">Is told where the machine has fewer.</param>
    public ThreadCount(int? wanted, ITrainingLog log)
    {
        if (wanted is not { } count || count == _before)
        {
            return;
        }
        if (count <= Environment.ProcessorCount)
        {
            set_num_threads(count);
            _isChanged = true;
            log.Info($"Training on {count} threads, as the run began, instead of {_before}.");
        }
        else
        {
            log.Warning(
                $"The run began on {count} threads and goes on with {_before}: this machine has {Environment.ProcessorCount} processors. "
                + "Its last digits will differ from those of a run that was never stopped.");
        }
    }

    public static int Current => get_num_threads();

    public void Dispose()
    {
        if (_isChanged)
        {
            set_num_threads(_before);
        }
    }
}
