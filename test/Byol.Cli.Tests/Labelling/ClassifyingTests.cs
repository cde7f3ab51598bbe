using System.Numerics.Tensors;
using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Tests.Labelling;

/// <summary>What is computed on embeddings, on vectors whose classes are known.</summary>
[TestClass]
public class ClassifyingTests
{
    [TestMethod]
    public void ProposedImagesTeachMoreThanRandomOnes()
    {
        var (proposed, random) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < 3; seed++)
        {
            // Rare classes are those that chance passes over.
            var clusters = Clusters.Draw([300, 200, 60, 30, 20, 15], noise: 0.5, seed);
            var trainer = new LinearTrainer(clusters.Vectors);
            var proposals = new Proposals(clusters.Vectors);
            List<int> chosen = [.. proposals.Next(new HashSet<int>(), null, 6)];
            var ranking = trainer.Fit(clusters.Label(chosen)).Rank(clusters.Vectors);
            chosen.AddRange(proposals.Next(chosen.ToHashSet(), ranking, 6));
            Assert.HasCount(12, chosen.Distinct());
            proposed.Add(clusters.Accuracy(trainer, chosen));

            int[] any = [.. Enumerable.Range(0, clusters.Vectors.Count)];
            new Random(seed).Shuffle(any);
            random.Add(clusters.Accuracy(trainer, any[..12]));
        }

        Assert.IsGreaterThan(random.Average() + 0.02, proposed.Average());
        Assert.IsGreaterThan(0.95, proposed.Average());
    }

    [TestMethod]
    public void LabelledImagesAreNotProposedAgainAndFewImagesAreAllProposed()
    {
        var clusters = Clusters.Draw([4, 3], noise: 0.2, seed: 1);
        var proposals = new Proposals(clusters.Vectors);

        CollectionAssert.AreEquivalent(
            new[] { 1, 2, 3, 5, 6 }, proposals.Next(new HashSet<int> { 0, 4 }, null, 20).ToArray());
    }

    [TestMethod]
    public void ConfidenceIsHighWithinAClassAndMarginLowBetweenTwo()
    {
        var clusters = Clusters.Draw([100, 100], noise: 0.3, seed: 2);
        var ranking = new LinearTrainer(clusters.Vectors)
            .Fit(clusters.Label([.. Enumerable.Range(0, 40)]))
            .Rank(clusters.Vectors);

        foreach (var image in Enumerable.Range(0, 200))
        {
            Assert.IsInRange(0.5f, 1f, ranking.Confidence[image]);
            Assert.AreEqual(2 * ranking.Confidence[image] - 1, ranking.Margin[image], 1e-4f);
        }
        Assert.IsGreaterThan(0.8f, ranking.Confidence.Average());
    }

    [TestMethod]
    public void EachFifthLabelOfAClassIsHeldBack()
    {
        int[] classes = [0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0];
        var labelled = new LabelledImages([.. Enumerable.Range(10, classes.Length)], classes, ["a", "b"]);
        var (heldBack, others) = labelled.HoldBack();

        CollectionAssert.AreEqual(new[] { 15, 19 }, heldBack.Images.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1 }, heldBack.Classes.ToArray());
        Assert.AreEqual(classes.Length - 2, others.Count);
    }

    [TestMethod]
    public void WrongLabelsAreDoubtfulAndRightOnesAreNot()
    {
        var clusters = Clusters.Draw([60, 60, 60], noise: 0.3, seed: 3);
        int[] wrong = [5, 17, 40];
        int[] labels = [.. clusters.Classes];
        foreach (var image in wrong)
        {
            labels[image] = (labels[image] + 1) % 3;
        }
        int[] images = [.. Enumerable.Range(0, 100)];
        Array.Fill(labels, Board.None, 100, 80);
        var doubtful = new DoubtfulLabels(clusters.Vectors, new(() => new LinearTrainer(clusters.Vectors)));

        var found = doubtful.Find(new Board(["a", "b", "c"], labels, images, elsewhere: 0));
        CollectionAssert.AreEquivalent(wrong, found.Take(3).Select(entry => entry.Image).ToArray());
        Assert.IsLessThan(6, found.Count);
        foreach (var label in found.Take(3))
        {
            Assert.AreEqual(clusters.Classes[label.Image], label.Other);
            Assert.IsGreaterThan(0.5f, label.Probability);
        }
    }

    [TestMethod]
    public void NearlyEqualImagesAreGrouped()
    {
        var clusters = Clusters.Draw([50], noise: 3, seed: 4);
        float[][] vectors = [.. Enumerable.Range(0, 50).Select(i => clusters.Vectors[i].ToArray())];
        vectors[9] = Nudge(vectors[3], 0.01f);
        vectors[30] = Nudge(vectors[9], 0.01f);
        vectors[41] = Nudge(vectors[20], 0.2f);

        var groups = NearDuplicates.Find(UnitVectors.Of(vectors, Clusters.Dimension));
        CollectionAssert.AreEqual(new[] { 3, 9, 30, 20, 41 }, groups.Select(entry => entry.Image).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 1, 1 }, groups.Select(entry => entry.Group).ToArray());
    }

    [TestMethod]
    public void TheNearestAreThoseOfTheHighestCosine()
    {
        var vectors = Clusters.Draw([3000], noise: 3, seed: 5).Vectors;
        var (rows, cosines) = vectors.Nearest(vectors[7], 25);

        int[] expected =
        [
            .. Enumerable.Range(0, vectors.Count)
                .OrderByDescending(row => TensorPrimitives.Dot(vectors[row], vectors[7]))
                .Take(25),
        ];
        CollectionAssert.AreEqual(expected, rows);
        Assert.AreEqual(7, rows[0]);
        Assert.AreEqual(1, cosines[0], 1e-5);
    }

    [TestMethod]
    public void TheMapFillsItsSquareAndKeepsClassesApart()
    {
        var clusters = Clusters.Draw([50, 50], noise: 0.3, seed: 6);
        var map = ImageMap.Of(clusters.Vectors);

        Assert.AreEqual((0f, 1f), (map.X.Min(), map.X.Max()));
        Assert.AreEqual((0f, 1f), (map.Y.Min(), map.Y.Max()));
        double Mean(int label) => clusters.Classes.Index()
            .Where(entry => entry.Item == label)
            .Average(entry => map.X[entry.Index]);
        Assert.IsGreaterThan(0.5, Math.Abs(Mean(0) - Mean(1)));
    }

    private static float[] Nudge(float[] vector, float by) => [.. vector.Select((x, i) => i == 0 ? x + by : x)];
}
