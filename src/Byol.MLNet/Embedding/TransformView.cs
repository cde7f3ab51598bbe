using System.Reflection;
using Microsoft.ML;

namespace Byol.MLNet.Embedding;

/// <summary>
/// Lets ML.NET know that a view is a transform's. Its conversion to ONNX walks back over such views alone, and a view
/// that it does not know it takes for the pipeline's input: it would write a model without the encoder. The interface
/// is ML.NET's own and not public, so that a proxy implements it, of whose members only the conversion uses those that
/// a view has not.
/// </summary>
internal class TransformView : DispatchProxy
{
    private static readonly Type? Interface =
        typeof(MLContext).Assembly.GetType("Microsoft.ML.Model.OnnxConverter.ITransformCanSaveOnnx") ?? FindByName();

    private EmbeddedDataView _view = null!;

    /// <summary>The view as a transform's; as it is where this version of ML.NET has no such interface.</summary>
    public static IDataView Of(EmbeddedDataView view)
    {
        if (Interface is null)
        {
            return view;
        }
        var proxy = Create(Interface, typeof(TransformView));
        ((TransformView)proxy)._view = view;
        return (IDataView)proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod?.Name, args) switch
    {
        ("get_Source", _) => _view.Source,
        ("get_Schema", _) => _view.Schema,
        ("get_CanShuffle", _) => _view.CanShuffle,
        (nameof(IDataView.GetRowCount), _) => _view.GetRowCount(),
        (nameof(IDataView.GetRowCursor), [IEnumerable<DataViewSchema.Column> columns, var random]) =>
            _view.GetRowCursor(columns, (Random?)random),
        (nameof(IDataView.GetRowCursorSet), [IEnumerable<DataViewSchema.Column> columns, int count, var random]) =>
            _view.GetRowCursorSet(columns, count, (Random?)random),
        _ => throw new InvalidOperationException(
            "A pipeline with a Byol.MLNet embedding cannot be converted to ONNX as a whole, since reading and "
            + "resizing images are no part of "
            + "ONNX; save the pipeline with mlContext.Model.Save, or the encoder alone with SaveOnnx."),
    };

    private static Type? FindByName() =>
        typeof(MLContext).Assembly.GetTypes()
            .FirstOrDefault(type => type is { IsInterface: true, Name: "ITransformCanSaveOnnx" });
}
