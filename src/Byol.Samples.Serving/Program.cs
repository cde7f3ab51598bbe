#region service
using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");      // on Linux, set it before the program starts
var app = WebApplication.Create(args);
var engines = new Engines("model.zip");
app.MapPost("/predict", async (HttpRequest request) =>
{
    using var upload = new MemoryStream();
    await request.Body.CopyToAsync(upload);
    upload.Position = 0;
    using var image = MLImage.CreateFromStream(upload);
    var prediction = engines.Predict(new Upload { Image = image });
    return new { prediction.PredictedLabel, Confidence = prediction.Score.Max() };
});
app.MapPost("/reload", () => engines = new Engines("model.zip"));      // requests under way end on the old ones
app.Run();

// An engine is not safe for two threads, and expensive to make: keep those that are idle.
internal sealed class Engines(string file)
{
    private readonly MLContext _mlContext = new();
    private readonly ConcurrentBag<PredictionEngine<Upload, Prediction>> _idle = [];
    private readonly ITransformer _model = new MLContext().Model.Load(file, out _);

    public Prediction Predict(Upload upload)
    {
        var engine = _idle.TryTake(out var idle) ? idle : _mlContext.Model.CreatePredictionEngine<Upload, Prediction>(
            _model, new PredictionEngineOptions { OwnsTransformer = false });
        try
        {
            return engine.Predict(upload);
        }
        finally
        {
            _idle.Add(engine);
        }
    }
}

internal sealed class Upload
{
    [ImageType(64, 64)]     // the type wants a size; images of any size may come
    public MLImage Image { get; set; } = null!;

    public string Label { get; set; } = "";
}

internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}
#endregion
