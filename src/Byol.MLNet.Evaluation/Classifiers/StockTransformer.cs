using Byol.MLNet.Embedding;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>A <see cref="StockChain"/> as a transformer of its own, which is saved as the stock parts.</summary>
internal sealed class StockTransformer(StockChain chain) : ITransformer, IDisposable
{
    public bool IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => chain.Transformer.GetOutputSchema(inputSchema);

    public IDataView Transform(IDataView input) => chain.Transformer.Transform(input);

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) =>
        chain.Transformer.GetRowToRowMapper(inputSchema);

    public void Dispose() => chain.Dispose();

    void ICanSaveModel.Save(ModelSaveContext ctx) => chain.Save(ctx);
}
