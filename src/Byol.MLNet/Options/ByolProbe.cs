using Microsoft.ML;

namespace Byol.MLNet;

/// <summary>
/// Labelled images that a fit scores its encoder on before the first step and after each epoch, by nearest neighbours
/// and a linear classifier on 30 % of them against the other 70 %. They have no influence on the encoder.
/// </summary>
/// <param name="Data">The images, in a column of the name that is pretrained on; two labels or more, each with two
/// images or more. All are embedded each time: some hundreds do.</param>
/// <param name="LabelColumn">Column of labels: text.</param>
public sealed record ByolProbe(IDataView Data, string LabelColumn = "Label");
