using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Fuzzing.Seeds;

/// <summary>A row with an image file's path.</summary>
internal sealed class FileRow
{
    public string Image { get; set; } = "";
}

/// <summary>The smallest of encoders, trained for two steps: the files that it leaves are what is damaged.</summary>
internal sealed class TinyEncoder
{
    public const string Output = "Features";
    public const string Input = "Image";
    public const int Side = 8;

    private const int Images = 8;

    private readonly string[] _pictures;

    public TinyEncoder(MLContext mlContext, string folder)
    {
        var pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName;
        var files = Pictures.All();
        _pictures = [.. Enumerable.Range(0, Images).Select(i => Path.Combine(pictures, $"{i}.png"))];
        for (var i = 0; i < Images; i++)
        {
            File.WriteAllBytes(_pictures[i], files[i % 6]);
        }
        var options = Options();
        options.CheckpointDirectory = Checkpoints = Path.Combine(folder, "checkpoints");
        var trained = mlContext.Transforms.ByolEmbedding(Output, Input, options).Fit(Rows(mlContext));
        trained.SaveOnnx(Path.Combine(folder, "tiny.onnx"));
        trained.SaveWeights(Path.Combine(folder, "tiny.safetensors"));
        Model = File.ReadAllBytes(Path.Combine(folder, "tiny.onnx"));
        Weights = File.ReadAllBytes(Path.Combine(folder, "tiny.safetensors"));
    }

    /// <summary>The trained model's file.</summary>
    public byte[] Model { get; }

    /// <summary>Its weights in safetensors.</summary>
    public byte[] Weights { get; }

    /// <summary>Folder of the run's checkpoints.</summary>
    public string Checkpoints { get; }

    public IReadOnlyList<string> SoundPictures => _pictures;

    public static ByolOptions Options() => new()
    {
        Recipe = ByolRecipe.Walkthrough with
        {
            Encoder = new()
            {
                ImageSize = Side,
                StoredImageSize = Side,
                Backbone = ByolBackbone.Define("tiny", encoder => encoder
                    .Convolution("conv1", 4, kernel: 3, stride: 2).BatchNorm("bn1").Relu()
                    .Residual("block", branch => branch.Convolution("conv", 4, kernel: 3, groups: 2).BatchNorm("bn"))
                    .MaxPool(3, 2)),
            },
            Heads = new() { ProjectorHiddenSize = 4, ProjectorOutputSize = 4, PredictorHiddenSize = 4 },
            BatchSize = 4,
            ValidationFraction = 0,
            Precision = ByolPrecision.Float32,
        },
        Epochs = 1,
        Seed = 5,
    };

    public IDataView Rows(MLContext mlContext, IEnumerable<string>? others = null) =>
        mlContext.Data.LoadFromEnumerable(_pictures.Concat(others ?? []).Select(path => new FileRow { Image = path }));
}
