using System.CommandLine;
using Byol.MLNet;

namespace Byol.Samples.Commands;

/// <summary>The options that the evaluating commands share.</summary>
internal sealed class ClassifierArgument
{
    private readonly Option<ByolClassifier[]> _classifiers = new("--classifiers")
    {
        Description = "The classifiers to run.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. ByolEvaluator.AllClassifiers],
    };

    public ClassifierArgument(Command command)
    {
        command.Options.Add(_classifiers);
    }

    public IReadOnlyList<ByolClassifier> Read(ParseResult result) => result.GetRequiredValue(_classifiers);
}
