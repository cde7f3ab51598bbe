using System.Reflection;
using Microsoft.ML.TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Byol.MLTorchSharp.Tests;

/// <summary>
/// Microsoft.ML.TorchSharp's networks with random weights, most of which its assembly keeps to itself.
/// </summary>
internal static class OtherPackage
{
    private const string Root = "Microsoft.ML.TorchSharp";

    public static Assembly Assembly => typeof(TorchSharpCatalog).Assembly;

    /// <summary>The network of ObjectDetection, with two classes.</summary>
    public static nn.Module<Tensor, (Tensor Classes, Tensor Boxes, Tensor Anchors)> CreateDetector(Assembly assembly)
    {
        List<int> channels = [64, 128, 256, 448], depths = [2, 2, 6, 2], heads = [2, 4, 8, 14];
        return (nn.Module<Tensor, (Tensor, Tensor, Tensor)>)Create(
            assembly, "AutoFormerV2.AutoFormerV2", 2, channels, depths, heads, CPU);
    }

    /// <summary>The network of NamedEntityRecognition, with three classes.</summary>
    public static nn.Module<Tensor, Tensor, Tensor> CreateTagger(Assembly assembly) =>
        (nn.Module<Tensor, Tensor, Tensor>)Create(
            assembly, "NasBert.Models.NerModel", Create(assembly, "NasBert.NerTrainer+NerOptions"), 1, 1000, 3);

    /// <summary>The last layers of NamedEntityRecognition and QuestionAnswer.</summary>
    public static nn.Module CreateSequenceHead(Assembly assembly) =>
        (nn.Module)Create(assembly, "NasBert.Models.SequenceLabelHead", 8, 2, 0.0);

    /// <summary>The last layers of TextClassification and SentenceSimilarity.</summary>
    public static nn.Module CreateSentenceHead(Assembly assembly)
    {
        var type = assembly.GetType($"{Root}.NasBert.Models.PredictionHead", throwOnError: true)!;
        var parameters = type.GetConstructors().Single().GetParameters();
        return (nn.Module)Create(assembly, "NasBert.Models.PredictionHead", [.. parameters.Select(Argument)]);

        static object Argument(ParameterInfo parameter) => parameter.ParameterType switch
        {
            var type when type == typeof(int) => 8,
            var type when type == typeof(double) => 0.0,
            var type when type == typeof(string) => "tanh",
            _ => Activator.CreateInstance(parameter.ParameterType)!,
        };
    }

    public static IEnumerable<Linear> LinearLayers(nn.Module network) => network.modules().OfType<Linear>();

    private static object Create(Assembly assembly, string name, params object[] arguments) =>
        Activator.CreateInstance(
            assembly.GetType($"{Root}.{name}", throwOnError: true)!,
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic,
            binder: null,
            arguments,
            culture: null)!;
}
