using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Byol.Cli.Data;

/// <summary>A pipeline of ML.NET that predicts labels of images, and the rows that it takes.</summary>
internal sealed class SavedPipeline
{
    private const string Label = "Label";
    private const string PredictedLabel = "PredictedLabel";
    private const string Score = "Score";

    // How far rounding may take probabilities from a sum of one.
    private const double Tolerance = 1e-3;

    private readonly MLContext _mlContext;
    private readonly ITransformer _model;
    private readonly Func<IEnumerable<string>, Rows> _rows;

    private SavedPipeline(MLContext mlContext, ITransformer model, Func<IEnumerable<string>, Rows> rows)
    {
        (_mlContext, _model, _rows) = (mlContext, model, rows);
    }

    /// <summary>Loads a pipeline.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="file">The file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <param name="column">Its image column; null looks for it.</param>
    /// <exception cref="InvalidDataException">
    /// The file is no pipeline, or none that predicts labels from images.
    /// </exception>
    public static SavedPipeline Load(MLContext mlContext, FileInfo file, string? column)
    {
        var (model, schema) = Read(mlContext, file);
        // A saved schema has no image columns, so those are tried under the usual names.
        string[] names = column is not null
            ? [column]
            :
            [
                .. schema.Where(known => known.Type is TextDataViewType && known.Name != Label)
                    .Select(known => known.Name),
                "Image",
                "ImagePath",
            ];
        foreach (var name in names.Distinct())
        {
            Func<IEnumerable<string>, Rows>[] kinds =
            [
                files => Rows.OfPaths(mlContext, name, files),
                files => Rows.OfImages(mlContext, name, files),
            ];
            foreach (var rows in kinds)
            {
                using var none = rows([]);
                if (Predicts(model, none.Data.Schema))
                {
                    return new SavedPipeline(mlContext, model, rows);
                }
            }
        }
        var tried = string.Join(" or ", names.Distinct().Select(name => $"'{name}'"));
        var advice = column is null ? "; name its column by --column" : "";
        throw new InvalidDataException(
            $"'{file}' predicts no {PredictedLabel} from an image column named {tried}{advice}.");
    }

    /// <summary>Predicts the labels of images that can be read.</summary>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return [];
        }
        using var rows = _rows(files);
        var predicted = WithText(_model.Transform(rows.Data));
        var label = predicted.Schema[PredictedLabel];
        var score = predicted.Schema.GetColumnOrNull(Score) is { Type: VectorDataViewType } scores
            ? scores : (DataViewSchema.Column?)null;
        // In one pass: each embeds all images.
        using var cursor = predicted.GetRowCursor(score is { } column ? [label, column] : [label]);
        var labelGetter = cursor.GetGetter<ReadOnlyMemory<char>>(label);
        var scoreGetter = score is { } values ? cursor.GetGetter<VBuffer<float>>(values) : null;
        var predictions = new List<Prediction>();
        while (cursor.MoveNext())
        {
            var name = default(ReadOnlyMemory<char>);
            labelGetter(ref name);
            predictions.Add(new Prediction(files[predictions.Count], name.ToString(), Confidence(scoreGetter)));
        }
        return predictions;
    }

    private static (ITransformer Model, DataViewSchema Schema) Read(MLContext mlContext, FileInfo file)
    {
        if (!file.Exists)
        {
            throw new FileNotFoundException($"The pipeline '{file}' does not exist.");
        }
        try
        {
            var model = mlContext.Model.Load(file.FullName, out var schema);
            return (model, schema ?? new DataViewSchema.Builder().ToSchema());
        }
        catch (Exception exception) when (
            exception is FormatException or InvalidOperationException or InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException(
                $"'{file}' is no pipeline that ML.NET can load: {exception.Message}", exception);
        }
    }

    private static bool Predicts(ITransformer model, DataViewSchema input)
    {
        try
        {
            return model.GetOutputSchema(input).GetColumnOrNull(PredictedLabel) is not null;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It asks for other columns.
            return false;
        }
    }

    // A key, where the pipeline does not end by writing its name.
    private IDataView WithText(IDataView predicted)
    {
        if (predicted.Schema[PredictedLabel].Type is KeyDataViewType)
        {
            predicted = _mlContext.Transforms.Conversion.MapKeyToValue(PredictedLabel)
                .Fit(predicted)
                .Transform(predicted);
        }
        return predicted.Schema[PredictedLabel].Type is TextDataViewType
            ? predicted
            : _mlContext.Transforms.Conversion.ConvertType(PredictedLabel, outputKind: DataKind.String)
                .Fit(predicted)
                .Transform(predicted);
    }

    private static double? Confidence(ValueGetter<VBuffer<float>>? getter)
    {
        VBuffer<float> values = default;
        getter?.Invoke(ref values);
        float[] scores = [.. values.DenseValues()];
        return scores.Length > 0
            && scores.All(score => score >= 0)
            && Math.Abs(scores.Sum(score => (double)score) - 1) < Tolerance
                ? scores.Max()
                : null;
    }

    /// <summary>
    /// Rows of an image column and an empty label, which some pipelines ask for though they do not use it.
    /// </summary>
    private sealed record Rows(IDataView Data, IReadOnlyList<MLImage> Images) : IDisposable
    {
        public static Rows OfPaths(MLContext mlContext, string column, IEnumerable<string> files)
        {
            var schema = SchemaDefinition.Create(typeof(PathRow));
            schema[nameof(PathRow.Image)].ColumnName = column;
            return new Rows(
                mlContext.Data.LoadFromEnumerable(files.Select(file => new PathRow { Image = file }).ToArray(), schema),
                []);
        }

        public static Rows OfImages(MLContext mlContext, string column, IEnumerable<string> files)
        {
            var schema = SchemaDefinition.Create(typeof(ImageRow));
            schema[nameof(ImageRow.Image)].ColumnName = column;
            ImageRow[] rows = [.. files.Select(file => new ImageRow { Image = MLImage.CreateFromFile(file) })];
            return new Rows(mlContext.Data.LoadFromEnumerable(rows, schema), [.. rows.Select(row => row.Image)]);
        }

        public void Dispose()
        {
            foreach (var image in Images)
            {
                image.Dispose();
            }
        }
    }

    private sealed class PathRow
    {
        public string Image { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class ImageRow
    {
        // The size is that of no row: pipelines resize.
        [ImageType(32, 32)]
        public MLImage Image { get; set; } = null!;

        public string Label { get; set; } = "";
    }
}
