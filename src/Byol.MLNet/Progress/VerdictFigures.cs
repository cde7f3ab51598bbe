using System.Globalization;

namespace Byol.MLNet.Progress;

/// <summary>Judges a run by its reports.</summary>
internal sealed class VerdictFigures(IReadOnlyList<ByolProgress> progress)
{
    // Between healthy (1) and collapsed (0.1): below it a run rarely recovers.
    private const double LowSpread = 0.3;
    private const double LowMargin = 0.1;
    private const double StillFalling = 0.03;
    private const long FewestSteps = 10;

    // A probe of some hundred images moves by that much by chance.
    private const double MinimumGain = 0.03;

    // Within these, every recipe that learns at all shows it.
    private const double EnoughImages = 250_000;
    private const double EnoughPasses = 20;
    private const double PlentyOfImages = 2_000_000;

    // Images that need more passes than that are so few that they are learnt by heart.
    private const double MostPasses = 200;

    private readonly ByolProgress _last = progress[^1];

    private double Passes => _last.Passes ?? _last.Epoch;

    private bool IsStopped => _last.Step < _last.TotalSteps;

    public ByolVerdict Judge()
    {
        if (Collapse.Is(_last.FeatureVariance, _last.NormalizedSpread))
        {
            return Verdict(ByolTrainingState.Collapsed, "All images get nearly the same output.");
        }
        if (_last.NormalizedSpread < LowSpread || Margin(_last) < LowMargin && progress.Max(Margin) >= LowMargin)
        {
            return Verdict(
                ByolTrainingState.Collapsing, "Outputs of different images are growing as alike as views of one.");
        }
        return HasGained switch
        {
            true when Margin(_last) >= LowMargin => JudgeGain(),
            false when Passes < 1 => Verdict(ByolTrainingState.TooShort, $"The run had {PassesText}.", Advice()),
            false => Verdict(
                ByolTrainingState.NoGain,
                $"After {PassesText}, the encoder scores {GainText} than before the first step{Chance}.",
                Advice()),
            null when Passes < 1 => Verdict(ByolTrainingState.TooShort, $"The run had {PassesText}.", Advice()),
            not false when Margin(_last) < LowMargin => Verdict(
                ByolTrainingState.TooShort,
                "Views of one image are hardly more alike than different images yet.",
                Advice()),
            _ => JudgeGain(),
        };
    }

    private ByolVerdict JudgeGain()
    {
        if (IsStopped)
        {
            return Verdict(
                ByolTrainingState.NotConverged, Text(
                    $"The run was stopped after {_last.Step} of {_last.TotalSteps} steps."));
        }
        if (Passes < 1)
        {
            return Verdict(
                ByolTrainingState.NotConverged,
                $"The run had {PassesText}, so a longer one should learn more.",
                Advice());
        }
        return FallAtHighRate() switch
        {
            null => Verdict(
                ByolTrainingState.NotConverged, "The run had too few epochs to see whether its loss had levelled."),
            ( > StillFalling, _) fall => Verdict(
                ByolTrainingState.NotConverged,
                Text($"While the learning rate was high, the loss still fell by {100 * fall.Share:F0} % ")
                + Text($"over {fall.Steps} steps,")
                + " so a longer run should learn more."),
            _ => Verdict(ByolTrainingState.Learning, ""),
        };
    }

    /// <summary>Whether the encoder is better than the one before training; null where neither was scored.</summary>
    private bool? HasGained => Gain is var (points, byChance) ? points > byChance : null;

    /// <summary>
    /// By how much the scores rose, and by how much they may by chance; null where there are none before and after.
    /// </summary>
    private (double Points, double ByChance)? Gain
    {
        get
        {
            if (ProbeScores is var (before, after))
            {
                return (Average(after) - Average(before), MinimumGain);
            }
            return Agreement is var (first, last) ? (last - first, Math.Min(MinimumGain, (1 - first) / 2)) : null;

            static double Average((double Knn, double Linear) scores) => (scores.Knn + scores.Linear) / 2;
        }
    }

    private bool HasRisen => Gain is ( > 0, _);

    private string GainText => (HasRisen, ProbeScores) switch
    {
        (false, null) => "no higher",
        (false, _) => "no higher on average",
        (true, null) => $"{Points(Gain!.Value.Points)} higher",
        _ => $"{Points(Gain!.Value.Points)} higher on average",
    };

    private string Chance => HasRisen ? ", which is within what chance gives" : "";

    private ((double Knn, double Linear) Before, (double Knn, double Linear) After)? ProbeScores =>
        Start is { ProbeKnnAccuracy: { } knn, ProbeLinearAccuracy: { } linear }
        && progress.LastOrDefault(report => report.ProbeKnnAccuracy is not null)
            is { ProbeKnnAccuracy: { } lastKnn, ProbeLinearAccuracy: { } lastLinear }
            ? ((knn, linear), (lastKnn, lastLinear))
            : null;

    private (double Before, double After)? Agreement =>
        Start?.NeighbourAgreement is { } before
        && progress.LastOrDefault(report => report.NeighbourAgreement is not null)?.NeighbourAgreement is { } after
            ? (before, after)
            : null;

    private ByolEncoderScores? Start =>
        progress.LastOrDefault(report => report.BeforeTraining is not null)?.BeforeTraining;

    private string PassesText =>
        Passes == 1 ? "one pass over the images" : Text($"{Passes:0.##} passes over the images");

    /// <summary>
    /// The relative fall of the loss over a quarter of the run (a tenth where there is no more) at a high learning
    /// rate: at a low one, the schedule levels every loss. Where views grow, the loss leaps, so views are of one size.
    /// Null where there are too few reports.
    /// </summary>
    private (double Share, long Steps)? FallAtHighRate()
    {
        var peak = progress.Max(report => report.LearningRate);
        ByolProgress[] high = [.. progress.Where(report => report.LearningRate >= peak / 2)];
        ByolProgress[] stretch = [.. high.Where(report => report.ViewSize == high[^1].ViewSize)];
        var end = stretch[^1];
        var before = stretch.LastOrDefault(report => report.Step <= end.Step - 0.25 * _last.Step, stretch[0]);
        var steps = end.Step - before.Step;
        return steps >= Math.Max(0.1 * _last.Step, FewestSteps)
            ? ((before.Loss - end.Loss) / before.Loss, steps)
            : null;
    }

    /// <summary>How long a run would do on this machine, or that length is not what is missing.</summary>
    private string Advice()
    {
        if (_last.Images is not { } images || ImagesPerSecond is not (> 0 and var speed))
        {
            return "Train longer, or try another recipe.";
        }
        var wanted = Math.Max(Math.Max(EnoughImages, images), Math.Min(EnoughPasses * images, PlentyOfImages));
        if (Passes * images >= wanted)
        {
            return "More passes will hardly change that: try other views, another learning rate or more images.";
        }
        return wanted / images > MostPasses
            ? Text($"{images} images are soon learnt by heart: more of them would help more than more time.")
            : Text($"About {Duration(wanted / speed)} at this machine's speed, ")
                + Text($"{wanted / images:F0} passes, would be long enough.");
    }

    // Over the whole run: its parts differ in speed, as views do in size.
    private double ImagesPerSecond
    {
        get
        {
            ByolProgress[] epochs = [.. progress.Where(report => report.IsEpochEnd && report.ImagesPerSecond > 0)];
            return epochs.Length == 0
                ? _last.ImagesPerSecond
                : epochs.Length / epochs.Sum(report => 1 / report.ImagesPerSecond);
        }
    }

    private ByolVerdict Verdict(ByolTrainingState state, params string[] sentences) =>
        new(state, string.Join(' ', [.. sentences.Where(text => text.Length > 0), .. Scores(), Figures()]));

    private IEnumerable<string> Scores()
    {
        if (ProbeScores is var (before, after))
        {
            yield return Text(
                $"Probe, before training → now: nearest neighbours {100 * before.Knn:F1} → {100 * after.Knn:F1} %,")
                + Text($" linear {100 * before.Linear:F1} → {100 * after.Linear:F1} %.");
        }
        if (Agreement is var (first, last))
        {
            yield return Text($"Neighbour agreement, before training → now: {100 * first:F0} → {100 * last:F0} %.");
        }
    }

    private string Figures() =>
        Text($"Loss {progress[0].Loss:F3} → {_last.Loss:F3}; cosine of the same image {_last.PositiveSimilarity:F2},")
        + Text($" of different images {_last.NegativeSimilarity:F2};")
        + Text($" spread {_last.NormalizedSpread:F2} (1 is healthy, 0 collapsed);")
        + Text($" effective rank {_last.EffectiveRank:F0} of {_last.Eigenvalues.Count}.");

    private static string Duration(double seconds) => seconds switch
    {
        < 90 => Text($"{Math.Max(Math.Ceiling(seconds / 10) * 10, 10):F0} seconds"),
        < 90 * 60 => Text($"{Math.Ceiling(seconds / 60):F0} minutes"),
        _ => Text($"{seconds / 3600:F1} hours"),
    };

    private static string Points(double gain) =>
        Text($"{100 * gain:0.##}") is var points && points == "1" ? "1 point" : points + " points";

    private static double Margin(ByolProgress report) => report.PositiveSimilarity - report.NegativeSimilarity;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
