using Microsoft.ML;

namespace Byol.MLNet.Tests.Pretraining;

/// <summary>A model of this library for students to learn from.</summary>
internal static class TestTeacher
{
    /// <summary>
    /// The model's file in a folder; it is trained when it is first asked for. Safe for several threads.
    /// </summary>
    public static string In(TemporaryFolder folder, IEnumerable<PictureRow> rows)
    {
        lock (folder)
        {
            var file = folder["teacher.onnx"];
            if (!File.Exists(file))
            {
                var mlContext = new MLContext(seed: 3);
                var data = mlContext.Data.LoadFromEnumerable(rows);
                mlContext.Transforms.ByolEmbedding("Features", "Image", TestPictures.TinyRecipe()).Fit(data)
                    .SaveOnnx(file);
            }
            return file;
        }
    }
}
