using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Byol.MLNet.Encoders;
using Byol.MLNet.Pretraining.Checkpoints;
using Byol.MLNet.Pretraining.Optimizers;
using Byol.MLNet.Weights;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining.Checkpoints;

/// <summary>Checkpoints that are damaged: each is passed over with a warning, and the one before it is found.</summary>
[TestClass]
public class DamagedCheckpointTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow("run", "null")]
    [DataRow("recipe", "null")]
    [DataRow("recipe", "{\"batchSize\":1}")]
    [DataRow("precision", "\"Auto\"")]
    [DataRow("run", """{"MaxImages":null}""")]
    [DataRow("recipe", null)]
    [DataRow("history", "null")]
    [DataRow("history", "[null]")]
    [DataRow("history", "[{}]")]
    [DataRow("history", null)]
    [DataRow("images", "null")]
    [DataRow("libraryVersion", "null")]
    [DataRow("tensorsSha256", "null")]
    [DataRow("step", "-4")]
    [DataRow("step", "3")]
    [DataRow("step", "1000000000000000000")]
    [DataRow("step", "1e400")]
    [DataRow("step", null)]
    [DataRow("totalSteps", "0")]
    [DataRow("totalSteps", "-1")]
    [DataRow("totalSteps", "9223372036854775807")]
    [DataRow("lossSum", "\"NaN\"")]
    [DataRow("lossSum", "\"Infinity\"")]
    [DataRow("collapseFailures", "-1")]
    [DataRow("collapseFailures", "2147483647")]
    [DataRow("format", "null")]
    public void AManifestOutOfRangeIsPassedOver(string key, string? value)
    {
        var folder = new CheckpointFolder(_folder.Path, kept: 2);
        folder.Save(Checkpoint(step: 2));
        folder.Save(Checkpoint(step: 4));
        var file = _folder["step-4/manifest.json"];
        var manifest = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        manifest.Remove(key);
        var json = manifest.ToJsonString();
        File.WriteAllText(file, value is null ? json : $$"""{"{{key}}":{{value}},{{json[1..]}}""");
        AssertPassedOver(folder);
    }

    [TestMethod]
    public void AKeyThatIsTwiceInTheManifestIsDamage()
    {
        var folder = new CheckpointFolder(_folder.Path, kept: 2);
        folder.Save(Checkpoint(step: 2));
        folder.Save(Checkpoint(step: 4));
        var file = _folder["step-4/manifest.json"];
        File.WriteAllText(file, """{"seed":9,""" + File.ReadAllText(file)[1..]);
        AssertPassedOver(folder);
    }

    [TestMethod]
    [DataRow("optimizer.moment.0")]
    [DataRow("network.online.")]
    [DataRow("network.target.")]
    public void ACheckpointWithoutAPartOfItsTensorsIsPassedOver(string prefix)
    {
        var folder = new CheckpointFolder(_folder.Path, kept: 2);
        folder.Save(Checkpoint(step: 2));
        folder.Save(Checkpoint(step: 4));
        Rewrite(
            "step-4", tensors => tensors.Where(tensor => !tensor.Name.StartsWith(prefix, StringComparison.Ordinal)));
        AssertPassedOver(folder);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void TensorsOfAnotherNetworkAreNamed(int damage)
    {
        var mlContext = new MLContext(1);
        var options = TestPictures.TinyRecipe();
        options.CheckpointDirectory = _folder.Path;
        var data = mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32));
        mlContext.Transforms.ByolEmbedding("Features", "Image", options).Fit(data);
        Rewrite("step-2", tensors => damage == 0
            ? tensors.Where(tensor => tensor.Name != "network.online.encoder.conv1.weight")
            : tensors.Select(tensor => tensor with { Shape = [tensor.Values.Length] }));
        options.Resume = true;
        var estimator = mlContext.Transforms.ByolEmbedding("Features", "Image", options);
        var message = Assert.ThrowsExactly<InvalidDataException>(() => estimator.Fit(data)).Message;
        Assert.Contains("step-2", message);
        Assert.Contains("'network.online.encoder.conv1.weight'", message);
    }

    private static Checkpoint Checkpoint(long step)
    {
        var weights =
            new NetworkWeights([new TensorSpec("encoder.conv1.weight", [2], TensorRole.Weight)], _ => [1f, 2f]);
        var manifest = new CheckpointManifest
        {
            LibraryVersion = "1.2.3",
            Seed = 1,
            Step = step,
            TotalSteps = 10,
            Threads = 1,
            Seconds = 3,
            LossSum = 1,
            CollapseFailures = 0,
            Images = "none",
            Recipe = ByolRecipe.Fast,
            Layers = "resnet10",
            Run = new Dictionary<string, string> { ["MaxImages"] = "" },
            Precision = ByolPrecision.Float32,
            Device = "cpu",
            History = [],
        };
        return new Checkpoint(
            manifest,
            new Dictionary<string, NetworkWeights> { ["online"] = weights, ["target"] = weights },
            new OptimizerState(step, [[1f, 2f]]),
            []);
    }

    private static void AssertPassedOver(CheckpointFolder folder)
    {
        var warnings = new List<string>();
        Assert.AreEqual(2, folder.LoadNewest(warnings.Add)?.Manifest.Step);
        Assert.HasCount(1, warnings);
        Assert.Contains("step-4", warnings[0]);
        Assert.Contains("damaged", warnings[0]);
    }

    // The digest is renewed, so that it is the tensors themselves that are looked at.
    private void Rewrite(string step, Func<IEnumerable<NamedTensor>, IEnumerable<NamedTensor>> change)
    {
        var (tensors, manifest) = (_folder[$"{step}/tensors.safetensors"], _folder[$"{step}/manifest.json"]);
        IReadOnlyDictionary<string, NamedTensor> read;
        using (var stream = File.OpenRead(tensors))
        {
            read = SafeTensors.Read(stream);
        }
        using (var stream = File.Create(tensors))
        {
            SafeTensors.Write(stream, [.. change(read.Values)]);
        }
        var json = JsonNode.Parse(File.ReadAllText(manifest))!;
        json["tensorsSha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tensors)));
        File.WriteAllText(manifest, json.ToJsonString());
    }
}
