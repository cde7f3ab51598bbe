using System.Text;
using Byol.Fuzzing.Targets;
using Microsoft.ML;

namespace Byol.Fuzzing;

internal enum Outcome
{
    Read,
    Refused,
}

/// <summary>The library did something with a file that its documentation does not say.</summary>
internal sealed class FuzzFailureException(string signature, Exception? inner = null) : Exception(signature, inner);

/// <summary>A kind of file: how damaged ones are made, and what the library does with one.</summary>
internal abstract class FuzzTarget(string name, int share)
{
    private const int LongestReason = 1500;

    private static readonly Type[] ProgrammingErrors =
    [
        typeof(NullReferenceException), typeof(IndexOutOfRangeException), typeof(KeyNotFoundException),
        typeof(DivideByZeroException), typeof(InvalidCastException), typeof(OutOfMemoryException),
        typeof(ArgumentException),
    ];

    public string Name { get; } = name;

    /// <summary>How many of each hundred files are of this kind.</summary>
    public int Share { get; } = share;

    public static FuzzTarget[] All(MLContext mlContext, string folder)
    {
        var encoder = new Seeds.TinyEncoder(mlContext, folder);
        return
        [
            new ImageTarget(mlContext, encoder),
            new ImageFitTarget(mlContext, encoder),
            new ModelTarget(mlContext, encoder),
            new ForeignModelTarget(mlContext, encoder),
            new SafeTensorsTarget(mlContext, encoder),
            new PyTorchTarget(mlContext, encoder),
            new CheckpointTarget(mlContext, encoder),
        ];
    }

    public abstract FuzzInput Next(Random random);

    /// <summary>What the library does with the files in a folder. Any exception that leaves it is a failure.</summary>
    public abstract Outcome Run(string folder);

    /// <summary>Bytes that a sound reader may take for these files beyond what every one may.</summary>
    public virtual long HonestBytes(string folder, FuzzInput input) => 8 * input.Length;

    /// <summary>What must be disposed after use, where the transformer is that.</summary>
    protected static IDisposable? Owned(ITransformer transformer) => transformer as IDisposable;

    /// <summary>
    /// Requires that a refusal is one sentence which names the file, and no error of the library's own in disguise.
    /// </summary>
    protected static Outcome Refused(Exception exception, string file)
    {
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (ProgrammingErrors.Any(type => type.IsInstanceOfType(inner)) && !IsAboutTheFile(inner))
            {
                throw new FuzzFailureException($"{inner.GetType().Name} in disguise", inner);
            }
        }
        var message = exception.Message;
        var isNamed = message.Contains(file, StringComparison.Ordinal);
        if (!isNamed || message.Length > file.Length + LongestReason || message.Any(char.IsControl))
        {
            throw new FuzzFailureException("a refusal that does not name the file, or is no sentence", exception);
        }
        return Outcome.Refused;
    }

    // Layers that do not fit together are an argument's fault where a caller describes them; text may be no UTF-8.
    private static bool IsAboutTheFile(Exception exception) => exception is DecoderFallbackException
        || exception.GetType() == typeof(ArgumentException)
        && exception.TargetSite?.DeclaringType?.Namespace?.StartsWith("Byol", StringComparison.Ordinal) == true;
}
