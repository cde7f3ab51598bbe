using System.CommandLine;

namespace Byol.Cli.Commands;

/// <summary>What is wrong with a command line, with the name that was probably meant.</summary>
internal static class Suggestions
{
    public static IReadOnlyList<string> Errors(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens;
        var command = parsed.CommandResult.Command;
        if (unknown.Count == 0)
        {
            return [.. parsed.Errors.Select(error => error.Message)];
        }
        if (command is RootCommand && !unknown[0].StartsWith('-'))
        {
            string[] names = [.. command.Subcommands.Select(subcommand => subcommand.Name)];
            var advice = Closest(unknown[0], names) is { } meant
                ? $"did you mean '{meant}'?"
                : $"the commands are {string.Join(", ", names)}.";
            return [$"'{unknown[0]}' is no command; {advice}"];
        }
        string[] options = [.. unknown.Where(token => token.StartsWith('-')).Select(token => token.Split('=')[0])];
        var known = command.Options.Select(option => option.Name).ToArray();
        var place = command is RootCommand ? "the program" : command.Name;
        return options.Length == 0
            ? [.. unknown.Select(token => $"'{token}' belongs to no option of {place}.")]
            : [.. options.Select(option => $"'{option}' is no option of {place}; {Advice(option)}")];

        string Advice(string option) =>
            Closest(option, known) is { } meant ? $"did you mean '{meant}'?" : "--help lists them.";
    }

    /// <summary>The name that differs in the fewest letters; null where all differ in many.</summary>
    public static string? Closest(string text, IEnumerable<string> names)
    {
        var (name, distance) = names.Select(name => (name, Distance(text, name))).MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, text.TrimStart('-').Length / 4) ? name : null;
    }

    // Letters to insert, remove or replace, and neighbours to swap.
    private static int Distance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                table[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(table[i - 1, j], table[i, j - 1]) + 1,
                        table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }
        return table[left.Length, right.Length];
    }
}
