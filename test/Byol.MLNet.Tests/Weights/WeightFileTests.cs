using Byol.MLNet.Encoders;
using Byol.MLNet.Weights;
using Microsoft.ML;

namespace Byol.MLNet.Tests.Weights;

/// <summary>Weights out and in.</summary>
[TestClass]
public class WeightFileTests
{
    private static readonly TensorSpec[] Specs =
        [.. new EncoderArchitecture(ByolBackbone.ResNet18, ByolStem.Conv3x3Stride2, 0.125).Tensors()];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void AFitStartsFromTheWeightsThatAnotherSaved()
    {
        Fit(initialWeights: null, learningRate: 0.01).SaveWeights(_folder["first.safetensors"]);
        Fit(_folder["first.safetensors"], learningRate: 1e-12).SaveWeights(_folder["second.safetensors"]);
        Fit(initialWeights: null, learningRate: 1e-12).SaveWeights(_folder["random.safetensors"]);
        var (first, second, random) = (
            Kernel("first.safetensors"), Kernel("second.safetensors"), Kernel("random.safetensors"));
        Assert.IsLessThan(1e-6, Distance(first, second));
        Assert.IsGreaterThan(1e-3, Distance(first, random));

        float[] Kernel(string name) => WeightFile.Read(_folder[name], Specs).Encoder["layer4.1.conv2.weight"];
        static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("module.")]
    [DataRow("backbone.")]
    [DataRow("module.encoder_q.")]
    [DataRow("state.model.backbone.")]
    public void PrefixesAreResolvedAndTheRestIsListed(string prefix)
    {
        var weights = WeightInitializer.Create(Specs, 1);
        // A smaller part of another network beside it, and the head of a classifier.
        var (encoder, unexpected) = EncoderNames.Match(
            Tensors(
                [
                    .. Specs.Select(spec => (prefix + spec.Name, spec.Shape, weights[spec.Name])),
                    ("encoder_k.conv1.weight", Specs[0].Shape, new float[Specs[0].Count]),
                    (prefix + "fc.weight", [1], [1f])]), Specs);
        CollectionAssert.AreEqual(weights["layer3.0.downsample.0.weight"], encoder["layer3.0.downsample.0.weight"]);
        CollectionAssert.AreEqual(weights["conv1.weight"], encoder["conv1.weight"]);
        CollectionAssert.AreEquivalent(new[] { "encoder_k.conv1.weight", prefix + "fc.weight" }, unexpected.ToArray());
    }

    [TestMethod]
    public void LightlysNumberedPartsAreFound()
    {
        var weights = WeightInitializer.Create(Specs, 1);
        string[] parts = ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4"];
        var named = Specs.Select(spec =>
        {
            var part = spec.Name[..spec.Name.IndexOf('.', StringComparison.Ordinal)];
            return ($"backbone.{Array.IndexOf(parts, part)}{spec.Name[part.Length..]}", spec.Shape, weights[spec.Name]);
        });
        var (encoder, unexpected) = EncoderNames.Match(Tensors([.. named]), Specs);
        CollectionAssert.AreEqual(weights["layer4.1.bn2.weight"], encoder["layer4.1.bn2.weight"]);
        CollectionAssert.AreEqual(weights["bn1.running_var"], encoder["bn1.running_var"]);
        Assert.IsEmpty(unexpected);
    }

    [TestMethod]
    public void MissingTensorsShapesAndFilesAreNamed()
    {
        var weights = WeightInitializer.Create(Specs, 1);
        var all = Specs.Select(spec => (spec.Name, spec.Shape, weights[spec.Name])).ToArray();
        Assert.Contains(
            "conv1.weight",
            Assert.ThrowsExactly<InvalidDataException>(() => EncoderNames.Match(Tensors(all[1..]), Specs)).Message);
        var wider = new EncoderArchitecture(ByolBackbone.ResNet18, ByolStem.Conv3x3Stride2, 0.25).Tensors();
        Assert.Contains(
            "conv1.weight is 8×3×3×3, and the encoder's 16×3×3×3",
            Assert.ThrowsExactly<InvalidDataException>(() => EncoderNames.Match(Tensors(all), wider)).Message);
        Assert.Contains(
            "no tensors of the encoder",
            Assert.ThrowsExactly<InvalidDataException>(
                () => EncoderNames.Match(Tensors([("x", [1], [1f])]), Specs)).Message);

        Assert.Contains(
            "nowhere", Assert.ThrowsExactly<FileNotFoundException>(() => Fit(_folder["nowhere"], 0.01)).Message);
        WeightFile.Write(_folder["cut.safetensors"], weights, new Dictionary<string, string>());
        File.WriteAllBytes(_folder["cut.safetensors"], File.ReadAllBytes(_folder["cut.safetensors"])[..^100]);
        var message = Assert.ThrowsExactly<InvalidDataException>(() => Fit(_folder["cut.safetensors"], 0.01)).Message;
        Assert.Contains("cut.safetensors", message);
        Assert.Contains("cut off", message);
    }

    [TestMethod]
    public void ATensorWithFewerValuesThanItsShapeIsRefused()
    {
        WeightFile.Write(
            _folder["short.safetensors"],
            new NetworkWeights([new TensorSpec("conv1.weight", [8, 3, 3, 3], TensorRole.Weight)], _ => [1f, 2f]),
            new Dictionary<string, string>());
        var message = Assert.ThrowsExactly<InvalidDataException>(
            () => WeightFile.Read(_folder["short.safetensors"], Specs)).Message;
        Assert.Contains("'conv1.weight' has 2 values for its shape of 216", message);
    }

    [TestMethod]
    public void ValuesThatAreNotFiniteAreRefused()
    {
        TensorSpec[] specs = [new("conv1.weight", [2], TensorRole.Weight)];
        WeightFile.Write(
            _folder["nan.safetensors"],
            new NetworkWeights(specs, _ => [1f, float.NaN]),
            new Dictionary<string, string>());
        Assert.Contains(
            "its tensor 'conv1.weight' holds values that are not finite",
            Assert.ThrowsExactly<InvalidDataException>(
                () => WeightFile.Read(_folder["nan.safetensors"], specs)).Message);
    }

    [TestMethod]
    public void PyTorchFilesAreReadWithTypesOffsetsAndStrides()
    {
        new TorchFile().BeginDictionary().Text("epoch").Integer(3).Text("state_dict").BeginDictionary()
            .Text("plain").Tensor("FloatStorage", [1f, 2f, 3f], 0, [3], [1])
            .Text("transposed").Tensor("FloatStorage", [9f, 1f, 2f, 3f, 4f, 5f, 6f], 1, [3, 2], [1, 3])
            .Text("half").Tensor("HalfStorage", [(Half)0.5, (Half)(-2)], 0, [2], [1])
            .Text("counter").Tensor("LongStorage", [7L], 0, [], [])
            .EndDictionary().EndDictionary().Save(_folder["torch.pth"]);
        using var stream = File.OpenRead(_folder["torch.pth"]);
        var tensors = PyTorchFile.Read(stream);
        CollectionAssert.AreEquivalent(new[] { "plain", "transposed", "half" }, tensors.Keys.ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2f, 3f }, tensors["plain"].Values);
        CollectionAssert.AreEqual(new[] { 1f, 4f, 2f, 5f, 3f, 6f }, tensors["transposed"].Values);
        CollectionAssert.AreEqual(new[] { 0.5f, -2f }, tensors["half"].Values);
    }

    [TestMethod]
    [DataRow("posix", "system")]
    [DataRow("builtins", "eval")]
    [DataRow("torch", "load")]
    public void FilesThatNameCodeAreRefused(string module, string name)
    {
        new TorchFile().BeginDictionary()
            .Text("conv1.weight")
            .Call(module, name, "1")
            .EndDictionary()
            .Save(_folder["evil.pth"]);
        var message = Assert.ThrowsExactly<InvalidDataException>(
            () => WeightFile.Read(_folder["evil.pth"], Specs)).Message;
        Assert.Contains($"'{module}.{name}'", message);
        Assert.Contains("evil.pth", message);
    }

    [TestMethod]
    public void TensorsThatReachOutsideTheirNumbersAreRefused()
    {
        new TorchFile().BeginDictionary()
            .Text("conv1.weight")
            .Tensor("FloatStorage", [1f, 2f], 1, [2], [1])
            .EndDictionary()
            .Save(_folder["short.pth"]);
        Assert.Contains(
            "outside its numbers",
            Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Read(_folder["short.pth"], Specs)).Message);
    }

    private static Dictionary<string, NamedTensor> Tensors(
        IEnumerable<(string Name, long[] Shape, float[] Values)> tensors) =>
        tensors.ToDictionary(
            tensor => tensor.Name, tensor => new NamedTensor(tensor.Name, tensor.Shape, tensor.Values));

    private static ByolEmbeddingTransformer Fit(string? initialWeights, double learningRate)
    {
        var mlContext = new MLContext(1);
        var options = TestPictures.TinyRecipe();
        options.Start = initialWeights;
        options.Change(recipe => recipe with
        {
            Optimization = recipe.Optimization with { LearningRate = learningRate },
        });
        return mlContext.Transforms.ByolEmbedding("Features", "Image", options)
            .Fit(mlContext.Data.LoadFromEnumerable(TestPictures.Rows(32)));
    }
}
