using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Byol.Cli.Output;

namespace Byol.Cli.Commands;

/// <summary>
/// What <c>--help</c> prints: what matters first, examples, and the many options of a training in groups.
/// </summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const int Indent = 2;
    private const int DescriptionColumn = 34;
    private const int WidthOfFiles = 120;

    /// <summary>Shows this page for the program and all its commands.</summary>
    public static void Use(RootCommand root) => root.Options.OfType<HelpOption>().Single().Action = new HelpPage();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Write(
            parseResult.CommandResult.Command,
            parseResult.InvocationConfiguration.Output,
            Console.IsOutputRedirected ? WidthOfFiles : Math.Max(Console.WindowWidth, 60));
        return 0;
    }

    private static void Write(Command command, TextWriter writer, int width)
    {
        var program = ShellCommand.Of(command is RootCommand ? [] : [command.Name]);
        writer.WriteLine(command.Description);
        writer.WriteLine();
        var required = command.Options.Where(option => option.Required).Select(
            option => $" {option.Name} {Value(option)}");
        var arguments = command.Arguments.Select(argument => $" {argument.Name.ToUpperInvariant()}");
        writer.WriteLine(
            "Usage: "
            + $"{program}{(command is RootCommand ? " [command]" : "")}"
            + $"{string.Concat(arguments)}{string.Concat(required)} [options]");
        Section(
            writer,
            "Examples",
            HelpTexts.Examples(command.Name).Select(example => $"{ShellCommand.Of([command.Name])} {example}"));
        if (command.Subcommands.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Commands:");
            foreach (var subcommand in command.Subcommands)
            {
                Entry(writer, subcommand.Name, subcommand.Description, width);
            }
        }
        if (command.Arguments.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Arguments:");
        }
        foreach (var argument in command.Arguments)
        {
            Entry(writer, argument.Name.ToUpperInvariant(), argument.Description, width);
        }
        Option[] shown = [.. command.Options.Where(option => !option.Hidden && option is not HelpOption)];
        foreach (var (title, options) in HelpTexts.Groups(shown))
        {
            writer.WriteLine();
            writer.WriteLine($"{title}:");
            foreach (var option in options)
            {
                var text = option is RecipeOption value ? value.Explanation : option.Description;
                Entry(writer, $"{option.Name} {Value(option)}".TrimEnd(), text, width);
            }
        }
    }

    private static void Section(TextWriter writer, string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length > 0)
        {
            writer.WriteLine();
            writer.WriteLine($"{title}:");
            foreach (var line in all)
            {
                writer.WriteLine($"  {line}");
            }
        }
    }

    private static string Value(Option option) =>
        option.Arity.MaximumNumberOfValues == 0 ? "" : option.HelpName ?? option.ValueType switch
        {
            var type when type == typeof(FileInfo) => "FILE",
            var type when type == typeof(DirectoryInfo) => "DIR",
            var type when type == typeof(bool) => "",
            { IsEnum: true } type => string.Join('|', Enum.GetNames(type)).ToLowerInvariant(),
            _ => "VALUE",
        };

    private static void Entry(TextWriter writer, string name, string? description, int width)
    {
        var line = new string(' ', Indent) + name;
        if (line.Length >= DescriptionColumn)
        {
            writer.WriteLine(line);
            line = "";
        }
        line = line.PadRight(DescriptionColumn);
        foreach (var word in (description ?? "").Split(' '))
        {
            if (line.Length + word.Length > width && line.Length > DescriptionColumn)
            {
                writer.WriteLine(line.TrimEnd());
                line = new string(' ', DescriptionColumn);
            }
            line += word + " ";
        }
        writer.WriteLine(line.TrimEnd());
    }
}
