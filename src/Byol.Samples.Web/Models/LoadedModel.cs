using Byol.Samples.Web.Similar;
using Microsoft.ML.Data;

namespace Byol.Samples.Web.Models;

/// <summary>
/// A pipeline and its engines. It counts who uses it, and frees itself when it has been replaced and the last of them
/// has ended.
/// </summary>
internal sealed class LoadedModel
{
    private readonly SavedPipeline _pipeline;
    private readonly Engine[] _engines;
    private readonly Action _freed;
    // One for the place where it is served.
    private int _users = 1;

    private LoadedModel(SavedPipeline pipeline, Engine[] engines, EmbeddingIndex? index, Action freed)
    {
        (_pipeline, _engines, Index, _freed) = (pipeline, engines, index, freed);
    }

    public EmbeddingIndex? Index { get; }

    public IReadOnlyList<string> Classes => _engines[0].Classes;

    /// <param name="pipeline">The bytes of the saved pipeline.</param>
    /// <param name="index">The file of embeddings, where there is one.</param>
    /// <param name="engines">How many engines.</param>
    /// <param name="freed">Called when it has freed itself.</param>
    /// <exception cref="InvalidDataException">One of the files cannot be used.</exception>
    /// <exception cref="IOException">The index cannot be read.</exception>
    public static LoadedModel Load(byte[] pipeline, string? index, int engines, Action freed)
    {
        var parts = SavedPipeline.Load(pipeline);
        var made = new List<Engine>();
        try
        {
            Make(engines, parts, made);
            var embeddings = index is null ? null : EmbeddingIndex.Read(index, made[0].Dimension);
            return new LoadedModel(parts, [.. made], embeddings, freed);
        }
        catch
        {
            Free(parts, made);
            throw;
        }
    }

    public Engine Engine(int thread) => _engines[thread];

    /// <summary>Whether it can still be used; who was told so calls <see cref="Release"/> in the end.</summary>
    public bool TryUse()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
        {
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
            {
                return true;
            }
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Free(_pipeline, _engines);
            _freed();
        }
    }

    private static void Make(int engines, SavedPipeline parts, List<Engine> made)
    {
        try
        {
            for (var i = 0; i < engines; i++)
            {
                made.Add(new Engine(parts));
                TryOut(made[i]);
            }
        }
        // ML.NET throws what it likes where a column is missing.
        catch (Exception exception) when (exception is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"it predicts no scores of classes from a picture alone: {exception.Message}", exception);
        }
    }

    // So that a model that cannot predict is never served, and the first request is as quick as the others.
    private static void TryOut(Engine engine)
    {
        using var image = MLImage.CreateFromPixels(2, 2, MLPixelFormat.Bgra32, new byte[2 * 2 * 4]);
        var pixels = engine.Prepare(image);
        engine.Predict([pixels, pixels]);
    }

    private static void Free(SavedPipeline pipeline, IEnumerable<Engine> engines)
    {
        foreach (var engine in engines)
        {
            engine.Dispose();
        }
        pipeline.Dispose();
    }
}
