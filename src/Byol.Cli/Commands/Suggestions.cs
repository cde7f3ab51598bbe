using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

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
            return [.. parsed.Errors.Select(Message).Distinct()];
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

    // The parser's own words have types of the code, and tabs and breaks in them; a check of this program's begins with
    // the option's name.
    private static string Message(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Option: var option } result => Message(error, option, option.Name, result.Tokens),
        ArgumentResult { Parent: OptionResult { Option: var option } } result =>
            Message(error, option, option.Name, result.Tokens),
        ArgumentResult { Argument: var argument } result =>
            Message(error, argument, argument.Name.ToUpperInvariant(), result.Tokens),
        _ => error.Message,
    };

    private static string Message(ParseError error, Symbol symbol, string name, IReadOnlyList<Token> tokens)
    {
        if (tokens.Count == 0 && symbol is Argument)
        {
            return $"{name} is missing; it must be {Expected(symbol)}.";
        }
        return tokens.Count != 1 || error.Message.StartsWith(name, StringComparison.Ordinal)
            ? error.Message
            : $"{name} is '{tokens[0].Value}'; it must be {Expected(symbol)}.";
    }

    private static string Expected(Symbol symbol)
    {
        string[] names = [.. symbol.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label)];
        var type = symbol is Option option ? option.ValueType : ((Argument)symbol).ValueType;
        return names.Length > 0
            ? string.Join('|', names.Order(StringComparer.Ordinal)).ToLowerInvariant()
            : (Nullable.GetUnderlyingType(type) ?? type) switch
            {
                var value when value == typeof(int) => "an integer",
                var value when value == typeof(Uri) => "an address",
                var value when value == typeof(DirectoryInfo) => "a folder",
                var value when value == typeof(FileInfo) => "a file",
                _ => "another value",
            };
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
