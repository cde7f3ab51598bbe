using Byol.MLNet.Classifiers;
using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using static TorchSharp.torch;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>
/// The published walk-through's own evaluation: one linear layer on the frozen features, cross-entropy, Adam with a
/// one-cycle learning rate of 3e-4, batches of 32, 10 epochs, each on newly flipped and slightly rotated and zoomed
/// pictures.
/// </summary>
/// <param name="seed">Seed of weights and order.</param>
/// <param name="augmentedFeatures">Features of the training rows' newly augmented pictures, by epoch from 1.</param>
internal sealed class WalkthroughHead(int seed, Func<int, IReadOnlyList<float[]>> augmentedFeatures) : IClassifier
{
    private const string Name = "head";

    private static readonly ByolRecipe Recipe = ByolRecipe.Walkthrough with
    {
        BatchSize = 32,
        Epochs = 10,
        Optimization = ByolRecipe.Walkthrough.Optimization with { LearningRate = 3e-4, ClipNorm = 0 },
    };

    public static ClassifierKind Kind { get; } = new()
    {
        // libtorch has threads of its own, and this is not made for several at once.
        Evaluated = new(ByolClassifier.Walkthrough, Create) { IsDefault = false, IsParallel = false },
    };

    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public IReadOnlyList<double[]> Probabilities(LabelledVectors train, LabelledVectors test)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        TensorSpec[] specs = [.. TensorSpec.Linear(Name, train.ClassCount, train.Features[0].Length)];
        using var parameters = new NetworkParameters(specs, _ => 0, float32, CPU, trainable: true);
        parameters.Load(WeightInitializer.Create(specs, seed));
        var head = new Linear(parameters, Name);
        Train(head, parameters, train.Classes);
        using var _ = no_grad();
        var probabilities = nn.functional.softmax(head.Forward(ToTensor(test.Features)), 1).data<float>().ToArray();
        return [.. probabilities.Chunk(train.ClassCount).Select(row => row.Select(value => (double)value).ToArray())];
    }

    private void Train(Linear head, NetworkParameters parameters, IReadOnlyList<int> classes)
    {
        using var sides = new SideBySide();
        using var optimizer = new ParameterOptimizer(parameters, Recipe.Optimization, sides);
        var batches = (classes.Count + Recipe.BatchSize - 1) / Recipe.BatchSize;
        var schedule = new TrainingSchedule(Recipe, (long)batches * Recipe.Epochs);
        var step = 0L;
        for (var epoch = 1; epoch <= Recipe.Epochs; epoch++)
        {
            var features = augmentedFeatures(epoch);
            var order = Enumerable.Range(0, classes.Count).ToArray();
            RandomStream.For(RandomPurpose.Order, seed, epoch).Shuffle<int>(order);
            foreach (var rows in order.Chunk(Recipe.BatchSize))
            {
                using var stepScope = NewDisposeScope();
                parameters.ZeroGradients();
                var labels = tensor(rows.Select(row => (long)classes[row]).ToArray());
                var scores = head.Forward(ToTensor([.. rows.Select(row => features[row])]));
                nn.functional.cross_entropy(scores, labels).backward();
                optimizer.Step(schedule.LearningRate(step), schedule.Momentum(step));
                step++;
            }
        }
    }

    private static WalkthroughHead Create(ClassifierSettings settings) => new(
        settings.Seed,
        settings.AugmentedFeatures
            ?? throw new ArgumentException("The walk-through's head needs pictures to augment.", nameof(settings)));

    private static Tensor ToTensor(IReadOnlyList<float[]> rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), [rows.Count, rows[0].Length]);
}
