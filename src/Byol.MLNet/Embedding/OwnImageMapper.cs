using Byol.MLNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Embedding;

/// <summary>A stock chain's mapper that disposes no image of the caller's, whatever its size.</summary>
/// <param name="mapper">The stock chain's.</param>
/// <param name="imageColumn">The column of images.</param>
/// <param name="side">K, the side that the chain resizes to.</param>
internal sealed class OwnImageMapper(IRowToRowMapper mapper, string imageColumn, int side) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapper.InputSchema;

    public DataViewSchema OutputSchema => mapper.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mapper.GetDependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        mapper.GetRow(new Row(input, input.Schema[imageColumn].Index, side), activeColumns);

    private sealed class Row(DataViewRow input, int image, int side) : DataViewRow
    {
        public override DataViewSchema Schema => input.Schema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var getter = input.GetGetter<TValue>(column);
            return column.Index == image && getter is ValueGetter<MLImage> images
                ? (ValueGetter<TValue>)(Delegate)Own(images)
                : getter;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
            }
            base.Dispose(disposing);
        }

        private ValueGetter<MLImage> Own(ValueGetter<MLImage> getter) => (ref MLImage value) =>
        {
            getter(ref value);
            value = value is null ? value! : FrontEnd.Own(value, side);
        };
    }
}
