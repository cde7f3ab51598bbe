using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Byol.Fuzzing.Mutations;
using Byol.Fuzzing.Seeds;
using Byol.MLNet;
using Byol.MLNet.Pretraining.Checkpoints;
using Microsoft.ML;

namespace Byol.Fuzzing.Targets;

/// <summary>
/// Checkpoints. All go through the reader itself, which passes damaged ones over; those that it reads through a fit
/// that goes on from them.
/// </summary>
internal sealed class CheckpointTarget : FuzzTarget
{
    private const string Step = "step-2";
    private const string ManifestName = "manifest.json";
    private const string TensorsName = "tensors.safetensors";

    private readonly MLContext _mlContext;
    private readonly TinyEncoder _encoder;
    private readonly byte[] _manifest;
    private readonly byte[] _tensors;

    public CheckpointTarget(MLContext mlContext, TinyEncoder encoder)
        : base("checkpoints", share: 15)
    {
        _mlContext = mlContext;
        _encoder = encoder;
        _manifest = File.ReadAllBytes(Path.Combine(encoder.Checkpoints, Step, ManifestName));
        _tensors = File.ReadAllBytes(Path.Combine(encoder.Checkpoints, Step, TensorsName));
    }

    public override FuzzInput Next(Random random)
    {
        var (manifest, tensors) = (_manifest, _tensors);
        switch (random.Next(4))
        {
            case 0:
                manifest = Bytes.Damage(manifest, tensors, random);
                break;
            case 1:
                tensors = Bytes.Damage(tensors, manifest, random);
                manifest = random.Next(2) == 0 ? Renew(tensors) : manifest;
                break;
            case 2:
                tensors = DamageHeader(random);
                manifest = Renew(tensors);
                break;
            default:
                manifest = Encoding.UTF8.GetBytes(Json.Damage(Encoding.UTF8.GetString(manifest), random));
                break;
        }
        string[] names = [$"{Step}/{ManifestName}", $"{Step}/{TensorsName}"];
        return new FuzzInput(names, [manifest, tensors], [_manifest, _tensors]);
    }

    public override Outcome Run(string folder)
    {
        var warnings = new List<string>();
        var checkpoint = new CheckpointFolder(folder, kept: 1).LoadNewest(warnings.Add);
        if (checkpoint is null)
        {
            return warnings is [var warning]
                ? Refused(new InvalidDataException(warning), folder)
                : throw new FuzzFailureException("a checkpoint that is passed over in silence");
        }
        try
        {
            Fit(folder);
            return Outcome.Read;
        }
        // Figures of an encoder that would have collapsed.
        catch (ByolCollapseException)
        {
            return Outcome.Refused;
        }
        // Of another run, or of another network.
        catch (Exception exception) when (exception is InvalidOperationException or InvalidDataException)
        {
            return Refused(exception, folder);
        }
    }

    private void Fit(string folder)
    {
        var options = TinyEncoder.Options();
        options.CheckpointDirectory = folder;
        options.Resume = true;
        var fitted = _mlContext.Transforms.ByolEmbedding(TinyEncoder.Output, TinyEncoder.Input, options)
            .Fit(_encoder.Rows(_mlContext));
        using var freed = Owned(fitted);
        if (fitted.ResumedFromStep is null)
        {
            throw new FuzzFailureException("a checkpoint that was read and not gone on from");
        }
    }

    private byte[] DamageHeader(Random random)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(_tensors);
        var header =
            Encoding.UTF8.GetBytes(Json.Damage(Encoding.UTF8.GetString(_tensors, sizeof(long), length), random));
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. _tensors[(sizeof(long) + length)..]];
    }

    // The manifest with the digest of damaged tensors, so that the tensors are looked at.
    private byte[] Renew(byte[] tensors)
    {
        var manifest = Encoding.UTF8.GetString(_manifest);
        return Encoding.UTF8.GetBytes(manifest.Replace(Digest(_tensors), Digest(tensors), StringComparison.Ordinal));
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
