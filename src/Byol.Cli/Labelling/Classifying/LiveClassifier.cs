using System.Diagnostics;
using Byol.Cli.Labelling.Embeddings;
using Byol.Cli.Labelling.Labels;

namespace Byol.Cli.Labelling.Classifying;

/// <summary>
/// Fits the classifier anew after each change of the labels, in the background: first the one that ranks the images,
/// on all labels, then the one that tells the agreement, without those that are held back, then the proposals. Changes
/// that come meanwhile are taken together.
/// </summary>
internal sealed class LiveClassifier(LabelSession session, Gallery gallery, Lazy<LinearTrainer> trainer)
{
    private const int Proposed = 20;
    private const int MostPoints = 200;

    private List<AgreementPoint> _history = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        var proposals = new Proposals(gallery.Vectors);
        Board? last = null;
        while (!stopping.IsCancellationRequested)
        {
            var changed = session.Changed;
            var board = session.Snapshot().Board;
            if (board == last)
            {
                await changed.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            var ranking = Refit(LabelledImages.Of(board), board.Since);
            session.Propose(proposals.Next(board.Labelled.ToHashSet(), ranking, Proposed));
            last = board;
        }
    }

    private Ranking? Refit(LabelledImages labelled, long since)
    {
        if (labelled.ClassCount < 2)
        {
            session.Publish(null, null);
            return null;
        }
        var ranking = trainer.Value.Fit(labelled).Rank(gallery.Vectors);
        var time = (int)Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        var before = session.State.Classifier;
        var classifier = new ClassifierState(
            before?.Agreement, before?.HeldBack ?? 0, labelled.Count, time, before?.History ?? []);
        session.Publish(ranking, classifier);
        session.Report(Measure(labelled, classifier));
        return ranking;
    }

    private ClassifierState Measure(LabelledImages labelled, ClassifierState classifier)
    {
        var (heldBack, others) = labelled.HoldBack();
        if (heldBack.Count == 0 || others.ClassCount < 2)
        {
            return classifier with { Agreement = null, HeldBack = 0 };
        }
        var predicted = trainer.Value.Fit(others).Rank(gallery.Vectors).Predicted;
        var agreeing = heldBack.Images.Zip(heldBack.Classes).Count(pair => predicted[pair.First] == pair.Second);
        var agreement = (double)agreeing / heldBack.Count;
        _history.RemoveAll(point => point.Labels >= labelled.Count);
        _history.Add(new AgreementPoint(labelled.Count, agreement));
        if (_history.Count > MostPoints)
        {
            // Every second one shows the same line.
            _history = [.. _history.Where((_, i) => i % 2 == 0)];
        }
        return classifier with { Agreement = agreement, HeldBack = heldBack.Count, History = [.. _history] };
    }
}
