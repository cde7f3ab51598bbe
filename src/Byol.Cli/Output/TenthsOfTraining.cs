using System.Globalization;
using Byol.MLNet;

namespace Byol.Cli.Output;

/// <summary>
/// Prints a line at every tenth of a training: what there is in place of a live line where output goes to a file or a
/// pipe.
/// </summary>
internal sealed class TenthsOfTraining(Action<string> print) : IProgress<ByolProgress>
{
    private const int Parts = 10;

    private long _printed;

    public void Report(ByolProgress value)
    {
        var part = Parts * value.Step / value.TotalSteps;
        if (part > _printed)
        {
            _printed = part;
            print(string.Create(
                CultureInfo.InvariantCulture,
                $"Training: {100 * part / Parts,3} %, epoch {value.Epoch} of {value.Epochs}, loss {value.Loss:F3}"));
        }
    }
}
