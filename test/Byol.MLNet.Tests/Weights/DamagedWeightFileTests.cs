using System.IO.Compression;
using System.Text;
using Byol.MLNet.Encoders;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Tests.Weights;

/// <summary>
/// Weight files that are damaged, or made to do harm: each is refused in a sentence, at a cost that its length pays
/// for.
/// </summary>
[TestClass]
public class DamagedWeightFileTests
{
    private const string Plain = """{"conv1.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";

    private static readonly TensorSpec[] Specs =
        [new("conv1.weight", [1], TensorRole.Weight), new("bn1.bias", [1], TensorRole.NormShift)];

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["weights.pth"];

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow("null", "entries")]
    [DataRow("[]", "entries")]
    [DataRow("""{"a":null}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":null}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1000000000],"data_offsets":[0,4000000000]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":null,"shape":[1],"data_offsets":[0,4]}}""", "'a'")]
    [DataRow("""{"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}}""", "'a'")]
    [DataRow("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "safetensors")]
    [DataRow(Plain + "," + """ "conv1.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "'conv1.weight'")]
    [DataRow(Plain + "," + """ "b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "'b'")]
    [DataRow(Plain, "safetensors")]
    public void ASafetensorsHeaderThatDoesNotFitIsRefused(string header, string named)
    {
        WriteSafeTensors(header, 4);
        Assert.Contains(named, Refusal());
    }

    [TestMethod]
    public void BytesAfterTheTensorsAreDamage()
    {
        WriteSafeTensors(Plain + "}", 8);
        Assert.Contains("4 bytes", Refusal());
    }

    [TestMethod]
    public void AHeaderLengthBeyondTheFileIsRefused()
    {
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes(90_000_000L), .. "{}"u8]);
        Assert.Contains("safetensors", Refusal());
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ADictionaryThatHoldsItselfIsReadOnce()
    {
        var torch = new TorchFile().Raw("}q\0("u8);
        for (var i = 0; i < 30; i++)
        {
            torch.Text($"{i}").Raw("h\0"u8);
        }
        torch.Raw("u"u8).Save(File);
        Assert.Contains("no tensors of the encoder", Refusal());
    }

    [TestMethod]
    [DataRow(40_000, 0)]
    [DataRow(2, 0)]
    public void ATensorOfMoreValuesThanItsStorageIsRefused(int side, int stride)
    {
        new TorchFile().BeginDictionary().Text("conv1.weight")
            .Tensor("FloatStorage", [1f], 0, [side, side], [stride, stride]).EndDictionary().Save(File);
        Assert.Contains("'conv1.weight'", Refusal());
    }

    [TestMethod]
    public void ManyTensorsOverOneStorageAreRefused()
    {
        var torch = new TorchFile().BeginDictionary().Text("0")
            .Tensor("FloatStorage", new float[20_000], 0, [20_000], [1]);
        for (var i = 1; i < 200; i++)
        {
            torch.Text($"{i}").View("FloatStorage", 0, [100, 200], [1, 100]);
        }
        torch.EndDictionary().Save(File);
        Assert.Contains("more numbers than", Refusal());
    }

    [TestMethod]
    [DataRow(new[] { -1 }, new[] { 1 })]
    [DataRow(new[] { 2 }, new[] { -1 })]
    [DataRow(new[] { 2, 1 }, new[] { 1 })]
    [DataRow(new[] { 2 }, new[] { int.MaxValue })]
    public void ShapesAndStridesThatDoNotFitAreRefused(int[] shape, int[] strides)
    {
        new TorchFile().BeginDictionary().Text("conv1.weight")
            .Tensor("FloatStorage", [1f, 2f, 3f], 0, shape, strides).EndDictionary().Save(File);
        Assert.Contains("'conv1.weight'", Refusal());
    }

    [TestMethod]
    public void ATensorOfThousandsOfDimensionsIsRefused()
    {
        var ones = Enumerable.Repeat(1, 5000).ToArray();
        new TorchFile().BeginDictionary().Text("conv1.weight").Tensor("FloatStorage", [1f], 0, ones, ones)
            .EndDictionary().Save(File);
        Assert.Contains("5000 dimensions", Refusal());
    }

    [TestMethod]
    [DataRow("", "cut off")]
    [DataRow("0", "damaged")]
    [DataRow("t", "damaged")]
    [DataRow("Na", "damaged")]
    [DataRow("NNa", "damaged")]
    [DataRow("N(NNu", "damaged")]
    [DataRow("}(Nu", "damaged")]
    [DataRow("NNR", "damaged")]
    [DataRow("NQ", "storage")]
    [DataRow("NN\u0093", "damaged")]
    [DataRow("h\u0007", "damaged")]
    [DataRow("X\u00ff\u00ff\u00ff\u007f", "cut off")]
    [DataRow("X\u00ff\u00ff\u00ff\u00ff", "cut off")]
    [DataRow("ccollections", "cut off")]
    [DataRow("ctorch._utils\n_rebuild_tensor_v2\n)R", "not known")]
    [DataRow(
        "ctorch._utils\n_rebuild_tensor_v2\n"
        + "((\u008c\u0007storagectorch\nFloatStorage\n\u008c\u00010tQK\0(Nt(K\u0001ttR", "not known")]
    public void APickleThatDoesNotFitIsRefused(string operations, string reason)
    {
        using (var archive = ZipFile.Open(File, ZipArchiveMode.Create))
        using (var pickle = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open())
        {
            pickle.Write(Encoding.Latin1.GetBytes(operations));
        }
        Assert.Contains(reason, Refusal());
    }

    [TestMethod]
    public void ACompressedEntryIsRefused()
    {
        new TorchFile().BeginDictionary().Text("conv1.weight")
            .Tensor("FloatStorage", new float[1_000_000], 0, [1_000_000], [1]).EndDictionary()
            .Save(File, CompressionLevel.Optimal);
        Assert.Contains("compressed", Refusal());
    }

    [TestMethod]
    public void AZipThatIsCutOffIsRefused()
    {
        new TorchFile().BeginDictionary().Text("conv1.weight").Tensor("FloatStorage", [1f], 0, [1], [1])
            .EndDictionary().Save(File);
        System.IO.File.WriteAllBytes(File, System.IO.File.ReadAllBytes(File)[..^30]);
        Refusal();
    }

    [TestMethod]
    public void TwoNamesOfOneTensorAreRefused()
    {
        new TorchFile().BeginDictionary()
            .Text("backbone.0.weight").Tensor("FloatStorage", [1f], 0, [1], [1])
            .Text("backbone.conv1.weight").Tensor("FloatStorage", [2f], 0, [1], [1])
            .EndDictionary().Save(File);
        var message = Refusal();
        Assert.Contains("'backbone.0.weight'", message);
        Assert.Contains("'backbone.conv1.weight'", message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ANameOfAMillionDotsIsNoTensorOfTheEncoder()
    {
        new TorchFile().BeginDictionary().Text(new string('.', 1_000_000))
            .Tensor("FloatStorage", [1f], 0, [1], [1]).EndDictionary().Save(File);
        Assert.Contains("no tensors of the encoder", Refusal());
    }

    [TestMethod]
    public void LongNamesAndControlCharactersStayOutOfMessages()
    {
        new TorchFile().BeginDictionary().Text("\u001b[31m\n" + new string('x', 5000))
            .Tensor("FloatStorage", [1f], 9, [1], [1]).EndDictionary().Save(File);
        var message = Refusal();
        Assert.IsFalse(message.Any(char.IsControl));
        Assert.IsLessThan(500, message.Length);
    }

    // The message, once it is known that it names the file and that little was allocated on the way to it.
    private string Refusal()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Read(File, Specs));
        Assert.IsLessThan(1_000_000 + 20 * new FileInfo(File).Length, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Contains(File, exception.Message);
        return exception.Message[(File.Length + 1)..];
    }

    private void WriteSafeTensors(string header, int bytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        System.IO.File.WriteAllBytes(File, [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[bytes]]);
    }
}
