using System.Diagnostics;
using System.Globalization;

namespace Byol.MLNet.Torch;

/// <summary>
/// How many processors other programs keep busy, whatever their priority. Only Linux is asked; elsewhere it is none.
/// </summary>
internal sealed class OtherWork
{
    private const double TicksPerSecond = 100;

    // Of the line "cpu user nice system idle iowait irq softirq steal": all but idle and iowait.
    private static readonly int[] BusyFields = [1, 2, 3, 6, 7, 8];

    private double _busy;
    private double _own;
    private long _time;

    public OtherWork() => Read();

    /// <summary>Processors that others kept busy, on average, since the last call.</summary>
    public double Processors()
    {
        var (busy, own, time) = (_busy, _own, _time);
        Read();
        var seconds = Stopwatch.GetElapsedTime(time, _time).TotalSeconds;
        return seconds > 0 ? Math.Max((_busy - busy - (_own - own)) / seconds, 0) : 0;
    }

    private void Read()
    {
        _time = Stopwatch.GetTimestamp();
        (_busy, _own) = OperatingSystem.IsLinux()
            ? (SystemSeconds(), Environment.CpuUsage.TotalTime.TotalSeconds)
            : (0, 0);
    }

    private static double SystemSeconds()
    {
        try
        {
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return BusyFields.Sum(field => double.Parse(fields[field], CultureInfo.InvariantCulture)) / TicksPerSecond;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // A system that does not tell; nothing is known of others then.
            return 0;
        }
    }
}
