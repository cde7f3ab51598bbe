using Microsoft.ML;

namespace Byol.MLNet.Tests.Embedding;

/// <summary>What is made and dropped leaves no managed memory behind.</summary>
[TestClass]
[DoNotParallelize]
public class MemoryTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ViewsAndEnginesAreDropped() => MemoryLevel.AssertKept(_mlContext, (encoder, data) =>
    {
        TestPictures.Embeddings(encoder.Transform(data));
        using var engine = _mlContext.Model.CreatePredictionEngine<FileRow, EmbeddingRow>(encoder);
    });
}
