using System.CommandLine;
using System.CommandLine.Parsing;
using Byol.MLNet.Evaluation;
using Byol.MLNet.Evaluation.Classifiers;

namespace Byol.Cli.Commands;

/// <summary>The options that the evaluating commands share.</summary>
internal sealed class ClassifierArgument
{
    private static readonly string[] Names = [.. ClassifierList.Evaluated.Select(classifier => classifier.Name)];

    private readonly Option<ByolClassifier[]> _classifiers = new("--classifiers")
    {
        Description = "The classifiers to run, separated by blanks or commas.",
        HelpName = string.Join("|", Names),
        AllowMultipleArgumentsPerToken = true,
        CustomParser = Parse,
        DefaultValueFactory = _ => [.. ByolEvaluator.DefaultClassifiers],
    };

    public ClassifierArgument(Command command)
    {
        command.Options.Add(_classifiers);
    }

    public Option Option => _classifiers;

    public IReadOnlyList<ByolClassifier> Read(ParseResult result) => result.GetRequiredValue(_classifiers);

    private static ByolClassifier[] Parse(ArgumentResult result)
    {
        var classifiers = new List<ByolClassifier>();
        foreach (var name in result.Tokens.SelectMany(Split))
        {
            var position = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (position >= 0)
            {
                classifiers.Add(ClassifierList.Evaluated[position].Id);
            }
            else
            {
                result.AddError($"--classifiers is '{name}'; it must be of {string.Join(", ", Names)}.");
            }
        }
        return [.. classifiers.Distinct()];
    }

    private static string[] Split(Token token) =>
        token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
