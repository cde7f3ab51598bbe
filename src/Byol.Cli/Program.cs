using System.CommandLine;
using Byol.Cli.Commands;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Collectives;
using Byol.MLNet.Onnx;

namespace Byol.Cli;

/// <summary>
/// The command-line program: exit code 0, 1 for a failed run, 2 for wrong usage, 130 where Ctrl+C ended it.
/// </summary>
internal static class Program
{
    public const int Failed = 1;
    private const int WrongUsage = 2;

    private static readonly string[] SharedCommands = ["pretrain", "embed"];

    public static async Task<int> Main(string[] arguments)
    {
        var root = QuickstartCommand.CreateRoot();
        root.Subcommands.Add(PretrainCommand.Create());
        root.Subcommands.Add(EvaluateCommand.Create());
        root.Subcommands.Add(PetsCommand.Create());
        root.Subcommands.Add(EmbedCommand.Create());
        root.Subcommands.Add(QuantizeCommand.Create());
        root.Subcommands.Add(PredictCommand.Create());
        root.Subcommands.Add(LabelCommand.Create());
        root.Subcommands.Add(ThroughputCommand.Create());
        root.Subcommands.Add(DataCommand.Create());

        HelpPage.Use(root);
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in Suggestions.Errors(parsed))
            {
                Messages.Error(error);
            }
            return WrongUsage;
        }
        try
        {
            if (MpiLauncher.Current is { Size: > 1 } launcher)
            {
                JoinJob(launcher, parsed.CommandResult.Command.Name);
            }
            // A saved pipeline is run without the library, which would do so.
            OnnxSetup.Ensure();
            TemporaryFolder.Use();
            using var interruption = new Interruption();
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await interruption.RunAsync(cancellation => parsed.InvokeAsync(configuration, cancellation));
        }
        catch (OperationCanceledException)
        {
            Messages.Error("Stopped before there was anything to keep.");
            ProgramExit.Now(Interruption.ExitCode);
            return Interruption.ExitCode;
        }
        catch (UsageException exception)
        {
            foreach (var line in exception.Message.Split(Environment.NewLine))
            {
                Messages.Error(line);
            }
            return WrongUsage;
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            Messages.Error(OptionNames.Translate(exception.Message));
            return Failed;
        }
    }

    // The first process speaks for all.
    private static void JoinJob(MpiLauncher launcher, string command)
    {
        if (!SharedCommands.Contains(command))
        {
            throw new UsageException(
                $"'{command}' is the work of one process; mpirun starts {string.Join(" and ", SharedCommands)} alone.");
        }
        if (launcher.Rank > 0)
        {
            Messages.Silence();
        }
    }

    // What bad data, a bad file or a bad run gives; anything else is a defect and keeps its stack trace.
    private static bool IsExpected(Exception exception) => exception is
        ArgumentException or InvalidOperationException or IOException or InvalidDataException
        or UnauthorizedAccessException or ByolCollapseException or ByolDivergenceException;
}
