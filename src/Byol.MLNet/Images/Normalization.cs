using System.Globalization;

namespace Byol.MLNet.Images;

/// <summary>The mean and the standard deviation of each channel (red, green, blue; of values in [0, 1]) that a
/// network's input is normalised with.</summary>
internal sealed record Normalization(float[] Mean, float[] StandardDeviation)
{
    // More than any mean or deviation of a channel is.
    private const float Largest = 1e6f;
    private const string MeanName = "input_mean";
    private const string DeviationName = "input_standard_deviation";

    /// <summary>ImageNet's.</summary>
    public static Normalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>As texts that a file of weights has room for.</summary>
    public IReadOnlyDictionary<string, string> ToTexts() => new Dictionary<string, string>
    {
        [MeanName] = Text(Mean),
        [DeviationName] = Text(StandardDeviation),
    };

    /// <summary>What <see cref="ToTexts"/> wrote; null where texts say nothing of it.</summary>
    /// <exception cref="FormatException">They are no numbers of three channels.</exception>
    public static Normalization? FromTexts(IReadOnlyDictionary<string, string> texts) =>
        texts.TryGetValue(MeanName, out var mean) && texts.TryGetValue(DeviationName, out var deviation)
            ? new Normalization(MeanOf(mean), DeviationOf(deviation))
            : null;

    /// <summary>The same of blue, green and red.</summary>
    public Normalization Reversed() => new([.. Mean.Reverse()], [.. StandardDeviation.Reverse()]);

    /// <summary>The value in [0, 1] that a normalised one of the given channel came from.</summary>
    public float Undo(float value, int channel) => value * StandardDeviation[channel] + Mean[channel];

    /// <summary>Normalises planar RGB in [0, 1] and writes it channels last.</summary>
    public void WriteChannelsLast(ReadOnlySpan<float> picture, Span<float> destination)
    {
        var plane = picture.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            var scale = 1 / StandardDeviation[channel];
            var shift = -Mean[channel] * scale;
            var values = picture.Slice(channel * plane, plane);
            for (var i = 0; i < plane; i++)
            {
                destination[3 * i + channel] = values[i] * scale + shift;
            }
        }
    }

    /// <summary>One value for each channel as a text.</summary>
    public static string Text(float[] values) =>
        string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>What <see cref="Text"/> wrote of a mean.</summary>
    /// <exception cref="FormatException">It is no number of each of three channels.</exception>
    public static float[] MeanOf(string text)
    {
        float[] values = [.. text.Split(',').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
        return values.Length == 3 && values.All(value => Math.Abs(value) <= Largest)
            ? values
            : throw new FormatException("There must be a number for each of three channels.");
    }

    /// <summary>What <see cref="Text"/> wrote of a deviation.</summary>
    /// <exception cref="FormatException">It is no number above 0 of each of three channels.</exception>
    public static float[] DeviationOf(string text)
    {
        var values = MeanOf(text);
        return values.All(value => value > 0)
            ? values
            : throw new FormatException("The number of each channel must be above 0.");
    }
}
