using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>Carries a column's values beside the rows that are read ahead, so that one cursor serves both.</summary>
internal abstract class ColumnBuffer
{
    private static readonly MethodInfo Typed =
        typeof(ColumnBuffer).GetMethod(nameof(CreateTyped), BindingFlags.NonPublic | BindingFlags.Static)!;

    public static ColumnBuffer Create(DataViewRowCursor source, DataViewSchema.Column column) =>
        (ColumnBuffer)Typed.MakeGenericMethod(column.Type.RawType).Invoke(null, [source, column])!;

    /// <summary>Room for the column's values of one batch.</summary>
    public abstract Array CreateValues(int rows);

    /// <summary>Takes the value of the row that the source stands on.</summary>
    public abstract void Read(Array values, int slot);

    /// <summary>A getter of the value that the given function points at.</summary>
    public abstract Delegate Getter(Func<(Array Values, int Slot)> current);

    private static ColumnBuffer CreateTyped<T>(DataViewRowCursor source, DataViewSchema.Column column) =>
        new Of<T>(source.GetGetter<T>(column));

    private delegate void Copy<T>(in T value, ref T destination);

    private sealed class Of<T>(ValueGetter<T> source) : ColumnBuffer
    {
        // A consumer writes into the vectors that it is given.
        private static readonly Copy<T> CopyValue =
            typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? typeof(Of<T>).GetMethod(nameof(CopyVector), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(typeof(T).GetGenericArguments()).CreateDelegate<Copy<T>>()
            : (in T value, ref T destination) => destination = value;

        public override Array CreateValues(int rows) => new T[rows];

        // Into an empty place, so that no vector shares its memory with another row's.
        public override void Read(Array values, int slot) => source(ref ((T[])values)[slot]);

        public override Delegate Getter(Func<(Array Values, int Slot)> current) => (ValueGetter<T>)((ref T value) =>
        {
            var (values, slot) = current();
            CopyValue(in ((T[])values)[slot], ref value);
        });

        private static void CopyVector<TItem>(in VBuffer<TItem> value, ref VBuffer<TItem> destination) =>
            value.CopyTo(ref destination);
    }
}
