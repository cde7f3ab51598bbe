using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>ML.NET's FastForest, one for each class; only a search tries it.</summary>
internal static class FastForest
{
    public static ClassifierKind Kind { get; } = new()
    {
        Candidates = (_, classes) => TrainerCandidate.OneVersusAll(
            "FastForest",
            "trees",
            FastTree.Trees(classes),
            (trainers, trees, label, features) => trainers.FastForest(new FastForestBinaryTrainer.Options
            {
                LabelColumnName = label,
                FeatureColumnName = features,
                NumberOfTrees = trees,
                MinimumExampleCountPerLeaf = 3,
            })),
    };
}
