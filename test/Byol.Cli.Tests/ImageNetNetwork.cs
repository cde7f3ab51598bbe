using Byol.MLNet;
using Byol.MLNet.Evaluation;

namespace Byol.Cli.Tests;

/// <summary>The ImageNet network that the program's package puts beside it, where it does.</summary>
internal static class ImageNetNetwork
{
    /// <summary>The feature sets of an evaluation on this machine.</summary>
    public static string[] Sets =>
        [.. FeatureSets.Names.Where(name => name != FeatureSets.ImageNet || ByolWeights.ImageNetResNet18.Exists)];

    public static void Require()
    {
        if (!ByolWeights.ImageNetResNet18.Exists)
        {
            Assert.Inconclusive("The ImageNet network is not beside the program.");
        }
    }
}
