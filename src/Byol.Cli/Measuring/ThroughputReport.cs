using System.Globalization;
using Byol.Cli.Output;
using Byol.MLNet;
using Byol.MLNet.Foundation;
using Spectre.Console;

namespace Byol.Cli.Measuring;

/// <summary>What <c>throughput</c> measured; the names are those of its JSON file.</summary>
internal sealed record ThroughputReport
{
    /// <summary>
    /// Forward passes that a training image costs: two views × (online forward, backward counted twice, target
    /// forward).
    /// </summary>
    private const int PassesPerImage = 8;

    public required string Recipe { get; init; }

    /// <summary>Side of the pictures that it trained on.</summary>
    public required int ImageSize { get; init; }

    /// <summary>
    /// Multiplications of the encoder's forward pass on one picture, those by padding included.
    /// </summary>
    public required long Multiplications { get; init; }

    public required ByolPrecision Precision { get; init; }

    /// <summary>Threads that all but the training ran on, and that it began on.</summary>
    public required int Threads { get; init; }

    /// <summary>The training's threads in each window.</summary>
    public required IReadOnlyList<int> TrainThreads { get; init; }

    public required int Images { get; init; }

    /// <summary>Training images a second, views drawn on the way included: median over windows of steps.</summary>
    public required double TrainImagesPerSecond { get; init; }

    public required ByolPhases Phases { get; init; }

    /// <summary>This machine's rate of a 2048³ matrix product in the training's precision.</summary>
    public required double MatmulGflops { get; init; }

    /// <summary>
    /// The training's nominal rate: the encoder's multiplications × 2 × 8 for each image; 37.0 million of them with the
    /// walk-through's encoder.
    /// </summary>
    public double AchievedGflops => 2.0 * Multiplications * PassesPerImage * TrainImagesPerSecond / 1e9;

    /// <summary>Images a second from files to embeddings, in bulk.</summary>
    public required double EmbedImagesPerSecond { get; init; }

    /// <summary>Rows a second of the saved pipeline's stock ML.NET chain, on images in memory.</summary>
    public required double StockRowsPerSecond { get; init; }

    /// <summary>Rows a second of the transformer's own view, on the same images.</summary>
    public required double BulkRowsPerSecond { get; init; }

    /// <summary>The same with the encoder in int8.</summary>
    public required double Int8RowsPerSecond { get; init; }

    public required Percentiles PredictMilliseconds { get; init; }

    public required long PeakMemoryBytes { get; init; }

    internal string Title =>
        $"{Recipe}, {ImageSize} px, {Precision} on {Counted.Text(Threads, "thread")}{Fewer}, "
        + Counted.Text(Images, "image");

    private string Fewer => TrainThreads.All(count => count == Threads)
        ? ""
        : $" (training on {string.Join(", then ", TrainThreads.Distinct())})";

    public void Print()
    {
        var table = new Table()
            .Title(Title)
            .Border(TableBorder.Ascii2)
            .AddColumn("")
            .AddColumn(new TableColumn("").RightAligned())
            .HideHeaders();
        void Row(string name, FormattableString value) => table.AddRow(
            name, value.ToString(CultureInfo.InvariantCulture));
        Row("training, images/s", $"{TrainImagesPerSecond:F0}");
        Row("  waiting for views", $"{Phases.Load:P1}");
        Row("  drawing views (beside)", $"{Phases.Augmentation:P1}");
        Row("  online network", $"{Phases.Online:P1}");
        Row("  target network", $"{Phases.Target:P1}");
        Row("  optimiser and average", $"{Phases.Optimizer:P1}");
        Row("  diagnostics", $"{Phases.Diagnostics:P2}");
        Row("matrix product, GFLOP/s", $"{MatmulGflops:F0}");
        Row("training, nominal GFLOP/s", $"{AchievedGflops:F0} ({AchievedGflops / MatmulGflops:F2} of it)");
        Row("embedding files, images/s", $"{EmbedImagesPerSecond:F0}");
        Row(
            "embedding memory, rows/s",
            $"{BulkRowsPerSecond:F0} ({BulkRowsPerSecond / StockRowsPerSecond:F2} of the stock chain)");
        Row(
            "  in int8 (quantize)",
            $"{Int8RowsPerSecond:F0} ({Int8RowsPerSecond / StockRowsPerSecond:F2} of the stock chain)");
        Row("stock chain, rows/s", $"{StockRowsPerSecond:F0}");
        Row("one prediction, ms", $"{PredictMilliseconds.P50:F2} (median), {PredictMilliseconds.P99:F2} (99 of 100)");
        Row("largest memory, MB", $"{PeakMemoryBytes / 1e6:F0}");
        Messages.Print(table);
    }
}

/// <summary>The median, and what 99 of 100 values do not exceed.</summary>
internal sealed record Percentiles(double P50, double P99)
{
    public static Percentiles Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Percentiles(Statistics.Median(sorted), sorted[(int)Math.Ceiling(0.99 * sorted.Length) - 1]);
    }
}
