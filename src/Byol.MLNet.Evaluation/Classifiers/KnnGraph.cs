using Byol.MLNet.Classifiers;
using Byol.MLNet.Foundation;
using Byol.MLNet.Onnx;
using Byol.MLNet.Onnx.Format;

namespace Byol.MLNet.Evaluation.Classifiers;

/// <summary>
/// <see cref="WeightedKnn"/> as an ONNX graph with its bank inside, which a saved pipeline can hold: N×d features give
/// N×C vote shares and the index of the largest.
/// </summary>
internal static class KnnGraph
{
    public static ModelProto Write(LabelledVectors bank, int neighbours, string features, string scores, string winner)
    {
        var (count, dimension, classes) = (bank.Features.Count, bank.Features[0].Length, bank.ClassCount);
        var graph = new GraphWriter("byol_knn");
        graph.Input(features, TensorProto.Types.DataType.Float, dimension);
        graph.Constant("/bank", [count, dimension], [.. bank.Features.SelectMany(WeightedKnn.Unit)]);
        graph.Constant("/labels", [count, classes], [.. bank.Classes.SelectMany(row => OneHot(row, classes))]);
        graph.Constant("/temperature", [], (float)WeightedKnn.Temperature);
        graph.Constant("/neighbours", [1], (long)Math.Min(neighbours, count));
        graph.Constant("/one", [1], 1L);

        var unit = graph.Node(
            "LpNormalization", "/unit", [features], GraphWriter.Integer("axis", 1), GraphWriter.Integer("p", 2));
        var columns = graph.Node("Transpose", "/columns", ["/bank"], GraphWriter.Integers("perm", 1, 0));
        var cosines = graph.Node("MatMul", "/cosines", [unit, columns]);
        var (nearest, rows) = graph.Largest("/nearest", cosines, "/neighbours");
        var weights = graph.Node("Exp", "/weights", [graph.Node("Div", "/scaled", [nearest, "/temperature"])]);
        // N×1×k weights times N×k×C labels.
        var their = graph.Node("Gather", "/their", ["/labels", rows]);
        var votes = graph.Node("MatMul", "/votes", [graph.Node("Unsqueeze", "/row", [weights, "/one"]), their]);
        var flat = graph.Node("Squeeze", "/flat", [votes, "/one"]);
        graph.Node("Div", scores, [flat, graph.Node("ReduceSum", "/total", [flat, "/one"])]);
        graph.Node("ArgMax", winner, [scores], GraphWriter.Integer("axis", 1), GraphWriter.Integer("keepdims", 0));
        graph.Output(scores, TensorProto.Types.DataType.Float, classes);
        graph.Output(winner, TensorProto.Types.DataType.Int64);
        return graph.ToModel(LibraryVersion.Current, []);
    }

    private static IEnumerable<float> OneHot(int row, int classes) =>
        Enumerable.Range(0, classes).Select(index => index == row ? 1f : 0f);
}
