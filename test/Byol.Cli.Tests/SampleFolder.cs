using Byol.Cli.Data;
using Microsoft.ML.Data;

namespace Byol.Cli.Tests;

/// <summary>A folder of drawn pictures, SHAPE_NUMBER.png, that is gone after the test.</summary>
internal sealed class SampleFolder : IDisposable
{
    /// <summary>Options that make a run take seconds.</summary>
    public static readonly string[] TinyRecipe =
        [
            "--width", "0.125", "--batch-size", "16", "--epochs", "2", "--learning-rate", "0.02", "--seed", "3",
            "--precision", "float32",
        ];

    public string Path { get; } = Directory.CreateTempSubdirectory("byol-samples-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes pictures into a subfolder and returns it.</summary>
    public string Draw(string name, int count)
    {
        var folder = Directory.CreateDirectory(this[name]).FullName;
        foreach (var (picture, i) in ShapePictures.Draw(count, seed: count).Select((picture, i) => (picture, i)))
        {
            picture.Image.Save(System.IO.Path.Combine(folder, $"{picture.Label}_{i}.png"));
        }
        return folder;
    }

    /// <summary>Writes pictures that are all black into a subfolder and returns it.</summary>
    public string DrawBlack(string name, int count)
    {
        var folder = Directory.CreateDirectory(this[name]).FullName;
        using var image = MLImage.CreateFromPixels(32, 32, MLPixelFormat.Bgra32, new byte[4 * 32 * 32]);
        for (var i = 0; i < count; i++)
        {
            image.Save(System.IO.Path.Combine(folder, $"black_{i}.png"));
        }
        return folder;
    }

    /// <summary>Writes square pictures of noise into a subfolder and returns it.</summary>
    public string DrawNoise(string name, int count, int side)
    {
        var folder = Directory.CreateDirectory(this[name]).FullName;
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            var pixels = new byte[4 * side * side];
            random.NextBytes(pixels);
            using var image = MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
            image.Save(System.IO.Path.Combine(folder, $"noise_{i}.png"));
        }
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
