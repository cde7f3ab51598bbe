using Byol.Cli.Labelling.Classifying;
using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Saving;
using Byol.MLNet;
using Microsoft.ML;

namespace Byol.Cli.Labelling;

/// <summary>All that can be done once the images are embedded.</summary>
internal sealed class Workspace
{
    private readonly LabelSession _session;
    private readonly LabelFiles _files;
    private readonly ClassifierFile _classifier;
    private readonly LiveClassifier _live;

    public Workspace(
        MLContext mlContext, LabelSession session, Gallery gallery, ByolEmbeddingTransformer encoder, LabelFiles files)
    {
        var trainer = new Lazy<LinearTrainer>(() => new LinearTrainer(gallery.Vectors));
        (_session, _files, Gallery) = (session, files, gallery);
        _classifier = new ClassifierFile(mlContext, encoder, trainer);
        _live = new LiveClassifier(session, gallery, trainer);
        Orders = new ImageOrders(session, gallery, new DoubtfulLabels(gallery.Vectors, trainer));
        Search = new PictureSearch(mlContext, gallery, encoder);
        Map = Task.Run(() => ImageMap.Of(gallery.Vectors));
    }

    public Gallery Gallery { get; }

    public ImageOrders Orders { get; }

    public PictureSearch Search { get; }

    public Task<ImageMap> Map { get; }

    /// <summary>Keeps the classifier up to date.</summary>
    public Task RunAsync(CancellationToken stopping) => _live.RunAsync(stopping);

    /// <summary>Labels images, or takes their labels back; the file has it when this returns.</summary>
    public SessionState Label(IReadOnlyList<int> images, string? label) => _session.Give(images, label);

    public SessionState Undo() => _session.Undo();

    public SessionState Redo() => _session.Redo();

    public SavedClassifier Save() => _classifier.Save(
        LabelledImages.Of(_session.Snapshot().Board), Gallery.Images.Folder, _files.Classifier);

    public ExportedFolder Export() => FolderExport.Write(Gallery, _session.Snapshot().Board, _files.Export);
}
