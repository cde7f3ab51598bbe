using Byol.MLNet.Encoders;
using Byol.MLNet.Foundation;
using Byol.MLNet.Images;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Torch;
using Byol.MLNet.Views;
using static TorchSharp.torch;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>
/// The published walk-through's own evaluation: one linear layer on the frozen features, cross-entropy, Adam with a one-cycle learning
/// rate of 3e-4, batches of 32, 10 epochs, each on newly flipped and slightly rotated and zoomed pictures.
/// </summary>
internal sealed class WalkthroughHead(int seed)
{
    private const string Name = "head";

    // The views that the head is trained on, changed a little, and the optimiser of its head.
    private static readonly ByolRecipe Recipe = ByolRecipe.Walkthrough with
    {
        BatchSize = 32,
        Epochs = 10,
        Optimization = ByolRecipe.Walkthrough.Optimization with { LearningRate = 3e-4, ClipNorm = 0 },
        Views = ByolRecipe.Walkthrough.Views with
        {
            CropAreaMinimum = 1 / (1.1 * 1.1),
            CropAspect = 1,
            RotationDegrees = 10,
            JitterProbability = 0,
            GreyProbability = 0,
            BlurProbability = 0,
        },
    };

    /// <summary>The probabilities of each class for each test image.</summary>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public double[][] Probabilities(string set, FeatureSets train, IReadOnlyList<int> classes, FeatureSets test, int classCount)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        TensorSpec[] specs = [.. TensorSpec.Linear(Name, classCount, train[set][0].Length)];
        using var parameters = new NetworkParameters(specs, _ => 0, float32, CPU, trainable: true);
        parameters.Load(WeightInitializer.Create(specs, seed));
        using var optimizer = new ParameterOptimizer(parameters, Recipe.Optimization);
        var head = new Linear(parameters, Name);
        var batches = (train.Count + Recipe.BatchSize - 1) / Recipe.BatchSize;
        var schedule = new TrainingSchedule(Recipe, (long)batches * Recipe.Epochs);
        var step = 0L;
        for (var epoch = 1; epoch <= Recipe.Epochs; epoch++)
        {
            var features = Augmented(set, train, epoch);
            var order = Enumerable.Range(0, train.Count).ToArray();
            RandomStream.For(RandomPurpose.Order, seed, epoch).Shuffle<int>(order);
            foreach (var rows in order.Chunk(Recipe.BatchSize))
            {
                using var stepScope = NewDisposeScope();
                parameters.ZeroGradients();
                var labels = tensor(rows.Select(row => (long)classes[row]).ToArray());
                nn.functional.cross_entropy(head.Forward(ToTensor(rows.Select(row => features[row]))), labels).backward();
                optimizer.Step(schedule.LearningRate(step), schedule.Momentum(step));
                step++;
            }
        }
        using var _ = no_grad();
        var probabilities = nn.functional.softmax(head.Forward(ToTensor(test[set])), 1).data<float>().ToArray();
        return [.. probabilities.Chunk(classCount).Select(row => row.Select(value => (double)value).ToArray())];
    }

    private IReadOnlyList<float[]> Augmented(string set, FeatureSets train, int epoch)
    {
        var extractor = train.Extractor;
        var augmenter = new ViewAugmenter(Recipe.Views, extractor.Size);
        var features = new List<float[]>(train.Count);
        using var embedder = extractor.Acquire();
        foreach (var rows in Enumerable.Range(0, train.Count).Chunk(embedder.Value.BatchSize))
        {
            features.AddRange(extractor.Extract(set, [.. rows.Select(row => Augment(train.Pictures[row], augmenter, extractor, epoch, row))]));
        }
        return features;
    }

    // From S×S bytes over a view of them to the K×K bytes that the encoder's graph takes.
    private byte[] Augment(byte[] pixels, ViewAugmenter augmenter, FeatureExtractor extractor, int epoch, int row)
    {
        var size = extractor.Size;
        var view = new float[pixels.Length];
        augmenter.Draw(pixels, size, RandomStream.For(RandomPurpose.View, seed, epoch, row), view);
        var stored = extractor.StoredSize;
        var factor = stored / size;
        var bytes = new byte[3 * stored * stored];
        for (var i = 0; i < bytes.Length; i++)
        {
            var (channel, y, x) = (i / (stored * stored), i / stored % stored / factor, i % stored / factor);
            var value = Normalization.ImageNet.Undo(view[3 * (y * size + x) + channel], channel);
            bytes[i] = (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
        }
        return bytes;
    }

    private static Tensor ToTensor(IEnumerable<float[]> rows)
    {
        var values = rows.ToArray();
        return tensor(values.SelectMany(row => row).ToArray(), [values.Length, values[0].Length]);
    }
}
