using System.Diagnostics;

namespace Byol.Fuzzing;

/// <summary>
/// Makes an input that fails smaller and nearer to the sound one, as long as it fails in the same way.
/// </summary>
internal static class Shrinker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static FuzzInput Shrink(FuzzInput input, Func<FuzzInput, bool> stillFails)
    {
        var start = Stopwatch.GetTimestamp();
        for (var part = 0; part < input.Parts.Length; part++)
        {
            input = RemoveChunks(input, part, Fails);
            input = RestoreBytes(input, part, Fails);
        }
        return input;

        bool Fails(FuzzInput smaller) => Stopwatch.GetElapsedTime(start) < Patience && stillFails(smaller);
    }

    private static FuzzInput RemoveChunks(FuzzInput input, int part, Func<FuzzInput, bool> fails)
    {
        for (var length = input.Parts[part].Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= input.Parts[part].Length;)
            {
                var bytes = input.Parts[part];
                var smaller = input.With(part, [.. bytes[..at], .. bytes[(at + length)..]]);
                if (fails(smaller))
                {
                    input = smaller;
                }
                else
                {
                    at += length;
                }
            }
        }
        return input;
    }

    private static FuzzInput RestoreBytes(FuzzInput input, int part, Func<FuzzInput, bool> fails)
    {
        var origin = input.Origin[part];
        for (var i = 0; i < Math.Min(origin.Length, input.Parts[part].Length); i++)
        {
            if (input.Parts[part][i] != origin[i])
            {
                var bytes = (byte[])input.Parts[part].Clone();
                bytes[i] = origin[i];
                var restored = input.With(part, bytes);
                input = fails(restored) ? restored : input;
            }
        }
        return input;
    }
}
