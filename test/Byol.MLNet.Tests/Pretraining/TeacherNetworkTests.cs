using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;
using Byol.MLNet.Pretraining;
using Byol.MLNet.Pretraining.Methods.Taught;
using Byol.MLNet.Pretraining.Teaching;
using Byol.MLNet.Tests.Onnx.Import;
using static TorchSharp.torch;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>What is taken for a teacher, what it is shown, and what is said of it.</summary>
[TestClass]
public class TeacherNetworkTests
{
    private const int Side = 32;

    private static readonly float[] Mean = [0.4f, 0.5f, 0.6f];
    private static readonly float[] Deviation = [0.2f, 0.25f, 0.3f];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(1, ByolChannelOrder.Rgb)]
    [DataRow(255, ByolChannelOrder.Rgb)]
    [DataRow(255, ByolChannelOrder.Bgr)]
    public void AGraphThatNormalisesByItselfIsNotShownNormalisedPictures(int largest, ByolChannelOrder order)
    {
        var isReversed = order == ByolChannelOrder.Bgr;
        var teacher = TeacherNetwork.Read(new ByolWeights(WriteSigmoid(largest, isReversed)) { ChannelOrder = order });
        Assert.IsNull(teacher.Encoder);
        foreach (var (expected, actual) in Mean.Concat(Deviation)
            .Zip(teacher.Normalization.Mean.Concat(teacher.Normalization.StandardDeviation)))
        {
            Assert.AreEqual(expected, actual, 1e-5f);
        }
        using var scope = NewDisposeScope();
        var normalised = randn(4, 3, Side, Side);
        using var network = teacher.Open(Side, float32, CPU);
        var outputs = network.Look(normalised);
        var expectedOutputs = normalised.sigmoid().mean([2, 3]);
        expectedOutputs = isReversed ? expectedOutputs.flip(1) : expectedOutputs;
        Assert.IsLessThan(1e-4f, (outputs - expectedOutputs).abs().max().item<float>());
    }

    [TestMethod]
    public void WhatATeacherIsShownIsSaid()
    {
        var other = TeacherNetwork.Read(WriteSigmoid(255, isReversed: false));
        Assert.AreEqual(
            $"Teacher '{_folder["foreign.onnx"]}' at 32 px, normalised with mean 0.4, 0.5, 0.6, "
            + "deviation 0.2, 0.25, 0.3.",
            other.Describe(Side));
        var encoder = TeacherNetwork.Read(new ForeignGraph().Conv(8, 3).Norm().Relu().Pool().Gemm(4).Save(_folder));
        var line = encoder.Describe(48);
        Assert.Contains("at 48 px, normalised with mean 0.485, 0.456, 0.406, deviation 0.229, 0.224, 0.225;", line);
        Assert.Contains("what follows its features was left out", line);
        Assert.Contains("(Gemm)", line);
    }

    [TestMethod]
    public void WeightsWithoutLayersAreNoTeacher()
    {
        File.WriteAllBytes(_folder["a.safetensors"], [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        Assert.AreEqual(
            $"'{_folder["a.safetensors"]}' holds weights alone; it must be an ONNX file, which holds a network's "
            + "layers too.",
            Refusal(_folder["a.safetensors"]));
    }

    [TestMethod]
    public void BothReasonsAreGivenWhereNobodyCanRunIt()
    {
        var message = Refusal(new ForeignGraph().Conv(8, 3).Node("Unheard").Pool().Save(_folder));
        Assert.Contains("Unheard", message.Split("cannot be read as an encoder")[0]);
        Assert.Contains("(Unheard) is none that an encoder here can have", message);
    }

    [TestMethod]
    [DataRow("oblong", "is not N×3×S×S")]
    [DataRow("two inputs", "it has 2 inputs (input, other)")]
    [DataRow("numbers", "is not of fp32 values")]
    [DataRow("one row", "has 1 row for 2 pictures")]
    [DataRow("no rows", "has 8 rows for 2 pictures")]
    public void WhatCannotBeRunIsRefusedBeforeImagesAreRead(string wrong, string reason) =>
        Assert.Contains(reason, Refusal(WriteWrong(wrong)));

    [TestMethod]
    public void WhatOnlyRunningShowsIsAReasonToo()
    {
        var file = new ForeignGraph().Node("Transpose", GraphWriter.Integers("perm", 0, 3, 1, 2)).Conv(8, 3)
            .Node("Sigmoid").Pool().Save(_folder, model => Sides(model).ForEach(side => side.DimParam = "any"));
        using var network = TeacherNetwork.Read(file).Open(Side, float32, CPU);
        using var pictures = zeros(2, 3, Side, Side);
        var message = Assert.ThrowsExactly<InvalidDataException>(() => network.Look(pictures)).Message;
        Assert.StartsWith($"The teacher '{file}' cannot be used: ", message);
        Assert.Contains("channels", message);
    }

    [TestMethod]
    public void AModelOfThisLibraryKnowsItsPictures()
    {
        var foreign = new ByolWeights(new ForeignGraph().Conv(8, 3).Norm().Relu().Pool().Save(_folder));
        Byol.MLNet.Onnx.Import.PretrainedEncoder.Load(foreign).Save(_folder["own.onnx"]);
        var weights = new ByolWeights(_folder["own.onnx"]) { ImageSize = 64 };
        Assert.Contains(
            "ImageSize is 64", Assert.ThrowsExactly<ArgumentException>(() => TeacherNetwork.Read(weights)).Message);
    }

    [TestMethod]
    public void ATeacherThatTellsNothingApartIsRefused()
    {
        Assert.Contains("the same output for every image", Refusal([0.3f, -2, 5], [0.3f, -2, 5], [0.3f, -2, 5]));
        Assert.Contains("the same output for every image", Refusal([0, 0], [0, 0]));
        Assert.Contains("not finite", Refusal([0, float.NaN], [0, 1]));
        using var outputs = new TeacherOutputs(new TaughtImages([0, 1], [[1, 0], [1, 1e-4f]]), null, CPU);
        Assert.AreEqual(2, outputs.Dimension);

        static string Refusal(params float[][] outputs) => Assert.ThrowsExactly<InvalidDataException>(
            () => new TeacherOutputs(new TaughtImages([.. Enumerable.Range(0, outputs.Length)], outputs), null, CPU))
            .Message;
    }

    [TestMethod]
    public void AStudentOfItsKindSaysWhereItStarts()
    {
        var options = TestPictures.TinyRecipe();
        options.Teacher = new ForeignGraph().ResNet([2, 2, 2, 2], 8).Pool().Save(_folder);
        var recipe = options.Recipe! with { Method = ByolPretrainingMethod.Taught };
        Assert.AreEqual("The student starts from the teacher's weights.", Said(ByolBackbone.ResNet18));
        Assert.AreEqual("The student starts from the teacher's first blocks.", Said(ByolBackbone.ResNet10));

        string Said(ByolBackbone backbone)
        {
            var log = new Lines();
            var encoder = recipe.Encoder with { Backbone = backbone, Stem = ByolStem.Standard };
            StartingEncoder.Of(options, recipe with { Encoder = encoder }, log);
            return log.Text.Single();
        }
    }

    private static string Refusal(ByolWeights weights) =>
        Assert.ThrowsExactly<InvalidDataException>(() => TeacherNetwork.Read(weights)).Message;

    private string WriteWrong(string wrong)
    {
        var graph = new ForeignGraph().Conv(8, 3).Node("Sigmoid");
        if (wrong is "one row")
        {
            graph.Node("ReduceMean", GraphWriter.Integers("axes", 0), GraphWriter.Integer("keepdims", 1));
        }
        graph = wrong is "no rows"
            ? graph.Node("ReduceMean", GraphWriter.Integers("axes", 0, 2, 3), GraphWriter.Integer("keepdims", 0))
            : graph.Pool();
        if (wrong is "numbers")
        {
            graph.Node("Cast", GraphWriter.Integer("to", (int)TensorProto.Types.DataType.Int64));
            graph.Features = graph.Current;
        }
        return graph.Save(_folder, model =>
        {
            if (wrong is "oblong")
            {
                Sides(model)[3].DimValue = 2 * Side;
            }
            if (wrong is "numbers")
            {
                model.Graph.Output[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int64;
            }
            if (wrong is "two inputs")
            {
                var other = model.Graph.Input[0].Clone();
                other.Name = "other";
                model.Graph.Input.Add(other);
            }
        });
    }

    private static List<TensorShapeProto.Types.Dimension> Sides(ModelProto model) =>
        [.. model.Graph.Input[0].Type.TensorType.Shape.Dim];

    // Normalisation, and then a layer that no encoder here has.
    private string WriteSigmoid(int largest, bool isReversed)
    {
        return new ForeignGraph()
            .With("Sub", [1, 3, 1, 1], InOrder(Mean)).With("Div", [1, 3, 1, 1], InOrder(Deviation))
            .Node("Sigmoid").Pool().Save(_folder);

        float[] InOrder(float[] values) =>
            [.. (isReversed ? values.Reverse() : values).Select(value => value * largest)];
    }

    private sealed class Lines : ITrainingLog
    {
        public List<string> Text { get; } = [];

        public void Info(string message) => Text.Add(message);

        public void Warning(string message) => Text.Add(message);
    }
}
