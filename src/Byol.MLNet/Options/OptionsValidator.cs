using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Byol.MLNet.Encoders;

namespace Byol.MLNet.Options;

/// <summary>Checks all options at once; every message names the property, its value and the range.</summary>
internal static class OptionsValidator
{
    /// <exception cref="ArgumentException">One or more options are out of range.</exception>
    public static void Validate(ByolOptions options)
    {
        string[] errors = [.. Errors(options), .. CrossErrors(options), .. RunningErrors(options)];
        if (errors.Length > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }
    }

    /// <summary>What the properties' own annotations find wrong.</summary>
    public static IEnumerable<string> Errors(object options) => options.GetType().GetProperties().SelectMany(property => Errors(property, options));

    private static IEnumerable<string> Errors(PropertyInfo property, object options)
    {
        var value = property.GetValue(options);
        if (value is Enum choice && !Enum.IsDefined(property.PropertyType, choice))
        {
            yield return $"{property.Name} is {choice:D}; it must be one of {string.Join(", ", Enum.GetNames(property.PropertyType))}.";
        }
        if (value is null or "" && property.IsDefined(typeof(RequiredAttribute)))
        {
            yield return $"{property.Name} is empty; it must be given.";
        }
        if (property.GetCustomAttribute<RangeAttribute>() is { } range && value is not null && !(IsNumber(value) && range.IsValid(value)))
        {
            yield return $"{property.Name} is {Text(value)}; it must be {RangeText(range)}.";
        }
    }

    private static IEnumerable<string> CrossErrors(ByolOptions options)
    {
        if (options.StoredImageSize is { } stored && options.ImageSize > 0 && stored % options.ImageSize != 0)
        {
            yield return $"StoredImageSize is {stored}; it must be a multiple of ImageSize, which is {options.ImageSize}.";
        }
        if (options.CropAreaMinimum > options.CropAreaMaximum)
        {
            yield return $"CropAreaMinimum is {Text(options.CropAreaMinimum)}; it must be at most CropAreaMaximum, which is {Text(options.CropAreaMaximum)}.";
        }
        if (options.ImageSize % 2 != 0 && options.HalfSizeFraction > 0)
        {
            yield return $"ImageSize is {options.ImageSize}; it must be even where HalfSizeFraction is above 0.";
        }
        if (LayerError(options) is { } error)
        {
            yield return $"Backbone is {options.Backbone}, whose layers do not fit together: {error}";
        }
        if (options.BlurSigmaMinimum > options.BlurSigmaMaximum)
        {
            yield return $"BlurSigmaMinimum is {Text(options.BlurSigmaMinimum)}; it must be at most BlurSigmaMaximum, which is {Text(options.BlurSigmaMaximum)}.";
        }
    }

    private static string? LayerError(ByolOptions options)
    {
        if (options.Backbone is null || !double.IsFinite(options.Width))
        {
            return null;
        }
        try
        {
            EncoderArchitecture.Of(options);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<string> RunningErrors(ByolOptions options)
    {
        if (options.MaxTrainingTime is { } time && time <= TimeSpan.Zero)
        {
            yield return $"MaxTrainingTime is {time}; it must be above 0.";
        }
        if (options.CheckpointInterval is { } interval && interval <= TimeSpan.Zero)
        {
            yield return $"CheckpointInterval is {interval}; it must be above 0.";
        }
        if (options is { CheckpointInterval: not null, CheckpointDirectory: null or "" })
        {
            yield return $"CheckpointInterval is {options.CheckpointInterval}, but CheckpointDirectory is empty; it must name the folder for checkpoints.";
        }
        if (options is { Resume: true, CheckpointDirectory: null or "" })
        {
            yield return "Resume is true, but CheckpointDirectory is empty; it must name the folder to resume from.";
        }
        if (options is { CheckpointEvery: not null, CheckpointDirectory: null or "" })
        {
            yield return $"CheckpointEvery is {options.CheckpointEvery}, but CheckpointDirectory is empty; it must name the folder for checkpoints.";
        }
    }

    private static bool IsNumber(object value) => value is not double number || double.IsFinite(number);

    private static string RangeText(RangeAttribute range) => (range.Maximum switch
    {
        int.MaxValue or (double)long.MaxValue => $"at least {Text(range.Minimum)}",
        _ => $"{(range.MinimumIsExclusive ? "above" : "at least")} {Text(range.Minimum)} and {(range.MaximumIsExclusive ? "below" : "at most")} {Text(range.Maximum)}",
    });

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
