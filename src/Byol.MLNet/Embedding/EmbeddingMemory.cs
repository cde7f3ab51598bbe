using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Embeddings that a transformer keeps. They are found by row for a source view that was read before, and by the picture's pixels for
/// a new view of the same data (a pipeline that maps labels first makes a new view at each Transform). Safe for several threads.
/// </summary>
internal sealed class EmbeddingMemory(long maximumBytes)
{
    private readonly ConditionalWeakTable<IDataView, ViewMemory> _views = [];
    private readonly ConcurrentDictionary<UInt128, float[]> _byPixels = [];
    private long _bytes;

    public ViewMemory Of(IDataView source) => _views.GetValue(source, _ => new ViewMemory(this));

    private bool TryFind(UInt128 key, out float[] embedding) => _byPixels.TryGetValue(key, out embedding!);

    private bool TryKeep(UInt128 key, float[] embedding)
    {
        if (Interlocked.Add(ref _bytes, sizeof(float) * embedding.Length) > maximumBytes)
        {
            Interlocked.Add(ref _bytes, -sizeof(float) * embedding.Length);
            return false;
        }
        _byPixels[key] = embedding;
        return true;
    }

    /// <summary>The part that belongs to one source view, found by row.</summary>
    internal sealed class ViewMemory(EmbeddingMemory owner)
    {
        private readonly ConcurrentDictionary<DataViewRowId, float[]> _byRow = new(RowIdComparer.Instance);

        /// <summary>Whether a full pass found a place for every row, so that later passes need no images.</summary>
        public bool IsComplete { get; set; }

        public static UInt128 KeyOf(byte[] pixels) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(pixels));

        public bool TryFind(DataViewRowId row, out float[] embedding) => _byRow.TryGetValue(row, out embedding!);

        public bool TryFind(DataViewRowId row, UInt128 key, out float[] embedding)
        {
            if (!owner.TryFind(key, out embedding))
            {
                return false;
            }
            _byRow[row] = embedding;
            return true;
        }

        public void Keep(DataViewRowId row, UInt128 key, float[] embedding)
        {
            if (owner.TryKeep(key, embedding))
            {
                _byRow[row] = embedding;
            }
        }

        public bool Holds(long rows) => _byRow.Count >= rows;
    }

    private sealed class RowIdComparer : IEqualityComparer<DataViewRowId>
    {
        public static readonly RowIdComparer Instance = new();

        public bool Equals(DataViewRowId x, DataViewRowId y) => x.Low == y.Low && x.High == y.High;

        public int GetHashCode(DataViewRowId id) => HashCode.Combine(id.Low, id.High);
    }
}
