using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's FastTree, one for each class; only a search tries it.</summary>
internal static class FastTree
{
    public static ClassifierKind Kind { get; } = new()
    {
        Candidates = (_, classes) => TrainerCandidate.OneVersusAll(
            "FastTree",
            "trees",
            Trees(classes),
            (trainers, trees, label, features) => trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                LabelColumnName = label,
                FeatureColumnName = features,
                NumberOfTrees = trees,
                NumberOfLeaves = 8,
                MinimumExampleCountPerLeaf = 3,
            })),
    };

    /// <summary>Trees that a search tries: each class has as many.</summary>
    public static int[] Trees(int classes) => classes > 20 ? [20, 50] : [50, 100];
}
