using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Byol.MLNet.Foundation;
using Byol.MLNet.Weights;

namespace Byol.MLNet.Pretraining.Checkpoints;

/// <summary>
/// What a teacher made of the images, beside a run's checkpoints, so that a resumed run does not ask it again. The
/// tensor's name is a digest of all that decides it: another run's is not read.
/// </summary>
/// <param name="folder">The checkpoints' folder.</param>
/// <param name="identity">The run.</param>
/// <param name="side">The side of the pictures that the teacher was shown.</param>
/// <param name="precision">What it computed in.</param>
/// <param name="log">Is told of a file that cannot be read or written: the run goes on without.</param>
internal sealed class TeacherFile(
    string folder, RunIdentity identity, int side, ByolPrecision precision, ITrainingLog log)
{
    private const string Name = "teacher.safetensors";

    private readonly string _path = Path.Combine(folder, Name);
    private readonly string _tensor = Digest(string.Create(
        CultureInfo.InvariantCulture,
        $"{identity.Seed}; {identity.Images}; {identity.Recipe.ValidationFraction}; {identity.Teacher}; {side} px; "
            + $"{precision}"));

    /// <summary>The outputs, in the order in which they were written; null where there are none of this run.</summary>
    public IReadOnlyList<float[]>? Read()
    {
        if (!File.Exists(_path))
        {
            return null;
        }
        try
        {
            using var stream = File.OpenRead(_path);
            return SafeTensors.Read(stream).TryGetValue(_tensor, out var outputs)
                ? [.. outputs.Values.Chunk((int)outputs.Shape[1])]
                : null;
        }
        catch (Exception exception) when (
            exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            log.Warning($"'{_path}' cannot be read, and the teacher looks at the images again: {exception.Message}");
            return null;
        }
    }

    public void Write(IReadOnlyList<float[]> outputs)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var tensor = new NamedTensor(
                _tensor, [outputs.Count, outputs[0].Length], [.. outputs.SelectMany(output => output)]);
            AtomicFile.Write(_path, stream => SafeTensors.Write(stream, [tensor]));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.Warning(exception.Message);
        }
    }

    private static string Digest(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
