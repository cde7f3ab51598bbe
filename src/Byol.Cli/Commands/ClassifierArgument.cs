using System.CommandLine;
using System.CommandLine.Parsing;
using Byol.MLNet.Evaluation;

namespace Byol.Cli.Commands;

/// <summary>The options that the evaluating commands share.</summary>
internal sealed class ClassifierArgument
{
    private static readonly Dictionary<string, ByolClassifier> Names =
        Enum.GetValues<ByolClassifier>().ToDictionary(classifier => classifier.ToString(), StringComparer.OrdinalIgnoreCase);

    private readonly Option<ByolClassifier[]> _classifiers = new("--classifiers")
    {
        Description = "The classifiers to run, after blanks or commas.",
        HelpName = string.Join("|", Names.Keys.Select(name => name.ToLowerInvariant())),
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
        foreach (var name in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (Names.TryGetValue(name, out var classifier))
            {
                classifiers.Add(classifier);
            }
            else
            {
                result.AddError($"--classifiers is '{name}'; it must be of {string.Join(", ", Names.Keys.Select(known => known.ToLowerInvariant()))}.");
            }
        }
        return [.. classifiers.Distinct()];
    }
}
