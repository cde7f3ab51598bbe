using System.Globalization;
using Byol.Cli.Data;
using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Output;
using Byol.MLNet.Foundation;
using Microsoft.ML;

namespace Byol.Cli.Labelling.Saving;

/// <summary>Saves the classifier, trained on all labels, as a pipeline of ML.NET's own parts.</summary>
internal sealed class ClassifierFile(MLContext mlContext, ITransformer encoder, Lazy<LinearTrainer> trainer)
{
    /// <exception cref="RequestException">Fewer than two classes are labelled.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public SavedClassifier Save(LabelledImages labelled, string folder, string file)
    {
        if (labelled.ClassCount < 2)
        {
            throw new RequestException(
                RequestException.TooEarly, "A classifier needs labels of two classes or more.");
        }
        var schema = ImageFolder.ToDataView(mlContext, []).Schema;
        var pipeline = trainer.Value.Pipeline(encoder, labelled);
        AtomicFile.Write(file, stream => mlContext.Model.Save(pipeline, schema, stream));
        var predictions = Path.ChangeExtension(file, "predictions.csv");
        var command = ShellCommand.Of(
            ["predict", "--pipeline", file, "--images", folder, "--output", predictions]);
        return new SavedClassifier(file, command, string.Create(
            CultureInfo.InvariantCulture,
            $"Saved '{file}', a classifier of {labelled.ClassCount} classes trained on {labelled.Count} labels."));
    }
}

/// <summary>What was saved.</summary>
/// <param name="File">Where to.</param>
/// <param name="Command">A command that predicts with it.</param>
/// <param name="Sentence">The same for the page.</param>
internal sealed record SavedClassifier(string File, string Command, string Sentence);
