using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Byol.MLNet.Foundation;

namespace Byol.MLNet.Options;

/// <summary>Checks all options at once; every message names the property, its value and the range.</summary>
internal static class OptionsValidator
{
    /// <exception cref="ArgumentException">One or more values are out of range.</exception>
    public static void Validate(object options)
    {
        string[] errors = [.. Errors(options)];
        if (errors.Length > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }
    }

    /// <summary>
    /// What is wrong with the values, each by itself and together, those of a recipe's parts included.
    /// </summary>
    public static IEnumerable<string> Errors(object options)
    {
        List<string> errors = [.. ValueErrors(options)];
        IEnumerable<string> together = options switch
        {
            ByolRecipe recipe => RecipeErrors(recipe),
            ByolOptions run =>
            [
                .. run.Recipe is { } recipe ? RecipeErrors(recipe) : [],
                .. RunErrors(run),
                .. UnusedOptions.Errors(run),
                .. OfPart(nameof(run.Start), run.Start),
                .. OfPart(nameof(run.Teacher), run.Teacher),
            ],
            ByolWeights weights => WeightErrors(weights),
            _ => [],
        };
        foreach (var error in together)
        {
            // A value that is wrong by itself, or named already, is not named again for what it is beside another.
            if (!errors.Any(earlier => Words(error).Contains(earlier[..earlier.IndexOf(' ')])))
            {
                errors.Add(error);
            }
        }
        return errors;
    }

    /// <summary>What is wrong with the values, each by itself.</summary>
    public static IEnumerable<string> ValueErrors(object options) => options.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => property.GetValue(options) switch
        {
            IRecipePart part => ValueErrors(part),
            var value => ValueErrors(property, value),
        });

    private static IEnumerable<string> ValueErrors(PropertyInfo property, object? value)
    {
        if (value is Enum choice && !Enum.IsDefined(property.PropertyType, choice))
        {
            yield return $"{property.Name} is {choice:D}; "
                + $"it must be one of {string.Join(", ", Enum.GetNames(property.PropertyType))}.";
        }
        if (value is null or "" && property.IsDefined(typeof(RequiredAttribute)))
        {
            yield return $"{property.Name} is empty; it must be given.";
        }
        if (property.GetCustomAttribute<RangeAttribute>() is { } range
            && value is not null
            && !(IsNumber(value) && range.IsValid(value)))
        {
            yield return $"{property.Name} is {Text(value)}; it must be {RangeText(range)}.";
        }
    }

    private static IEnumerable<string> RecipeErrors(ByolRecipe recipe) =>
    [
        .. recipe.Encoder is { } encoder ? EncoderErrors(encoder, recipe.Views) : [],
        .. recipe.Views is { } views ? ViewErrors(views) : [],
        .. UnusedOptions.Errors(recipe),
    ];

    private static IEnumerable<string> OfPart(string name, ByolWeights? weights) =>
        weights is null ? [] : Errors(weights).Select(error => $"{name}.{error}");

    private static IEnumerable<string> WeightErrors(ByolWeights weights)
    {
        foreach (var (name, values) in new[]
        {
            (nameof(weights.Mean), weights.Mean), (nameof(weights.StandardDeviation), weights.StandardDeviation),
        })
        {
            if (values is { Count: not 3 })
            {
                yield return $"{name} has {Counted.Text(values.Count, "value")}; "
                    + "it must have 3, for red, green and blue.";
            }
            else if (values?.All(float.IsFinite) == false)
            {
                yield return $"{name} is {Text(values)}; its values must be finite.";
            }
        }
        if (weights.StandardDeviation is { Count: 3 } deviation && deviation.Any(value => value <= 0))
        {
            yield return $"StandardDeviation is {Text(deviation)}; its values must be above 0.";
        }
    }

    private static string Text(IEnumerable<float> values) =>
        string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    private static IEnumerable<string> EncoderErrors(ByolEncoderRecipe encoder, ByolViewRecipe? views)
    {
        if (encoder.StoredImageSize is { } stored && encoder.EmbeddedSize > 0 && stored % encoder.EmbeddedSize != 0)
        {
            yield return $"StoredImageSize is {stored}; "
                + $"it must be a multiple of {(encoder.EmbeddingSize is null ? "ImageSize" : "EmbeddingSize")}, "
                + $"which is {encoder.EmbeddedSize}.";
        }
        if (encoder.ImageSize % 2 != 0 && views?.HalfSizeFraction > 0)
        {
            yield return $"ImageSize is {encoder.ImageSize}; it must be even where HalfSizeFraction is above 0.";
        }
        if (LayerError(encoder) is { } error)
        {
            yield return $"Backbone is {encoder.Backbone}, whose layers do not fit together: {error}";
        }
    }

    private static IEnumerable<string> ViewErrors(ByolViewRecipe views)
    {
        if (views.CropAreaMinimum > views.CropAreaMaximum)
        {
            yield return $"CropAreaMinimum is {Text(views.CropAreaMinimum)}; "
                + $"it must be at most CropAreaMaximum, which is {Text(views.CropAreaMaximum)}.";
        }
        if (views.BlurSigmaMinimum > views.BlurSigmaMaximum)
        {
            yield return $"BlurSigmaMinimum is {Text(views.BlurSigmaMinimum)}; "
                + $"it must be at most BlurSigmaMaximum, which is {Text(views.BlurSigmaMaximum)}.";
        }
    }

    private static string? LayerError(ByolEncoderRecipe encoder)
    {
        if (encoder.Backbone is null || encoder.Backbone == ByolBackbone.OfStart || !double.IsFinite(encoder.Width))
        {
            return null;
        }
        try
        {
            encoder.Architecture();
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<string> RunErrors(ByolOptions options)
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
            yield return $"CheckpointInterval is {options.CheckpointInterval}, but CheckpointDirectory is empty; "
                + "it must name the folder for checkpoints.";
        }
        if (options is { Resume: true, CheckpointDirectory: null or "" })
        {
            yield return "Resume is true, but CheckpointDirectory is empty; it must name the folder to resume from.";
        }
        if (options is { CheckpointEvery: not null, CheckpointDirectory: null or "" })
        {
            yield return $"CheckpointEvery is {options.CheckpointEvery}, but CheckpointDirectory is empty; "
                + "it must name the folder for checkpoints.";
        }
    }

    private static IEnumerable<string> Words(string text) =>
        text.Split([' ', ',', ';']).Select(word => word.TrimEnd('.'));

    private static bool IsNumber(object value) => value is not double number || double.IsFinite(number);

    private static string RangeText(RangeAttribute range) => (range.Maximum switch
    {
        int.MaxValue or (double)long.MaxValue => $"at least {Text(range.Minimum)}",
        _ => $"{(range.MinimumIsExclusive ? "above" : "at least")} {Text(range.Minimum)} "
            + $"and {(range.MaximumIsExclusive ? "below" : "at most")} {Text(range.Maximum)}",
    });

    private static string Text(object value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
