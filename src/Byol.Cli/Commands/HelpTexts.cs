using System.CommandLine;

namespace Byol.Cli.Commands;

/// <summary>Examples, and which options belong together.</summary>
internal static class HelpTexts
{
    private const string Rest = "Other options";
    private const string Plain = "Options";

    private static readonly string[] First =
    [
        "--images", "--pretrain-images", "--pets", "--test-images", "--output", "--recipe", "--time-budget", "--epochs",
        "--image-size", "--checkpoint", "--resume", "--probe", "--report",
    ];

    private static readonly (string Title, string[] Beginnings)[] ByTopic =
    [
        (
            "Results and reports",
            ["--json", "--skipped", "--save-weights", "--progress", "--tensorboard", "--classifiers"]),
        (
            "The run: data, device, checkpoints",
            [
                "--gpu", "--seed", "--precision", "--max-images", "--validation", "--image-memory", "--checkpoint",
                "--start", "--teacher", "--on-",
            ]),
        (
            "The encoder and its heads",
            ["--backbone", "--stem", "--width", "--stored", "--normalize", "--projector", "--predictor-hidden"]),
        (
            "Optimisation",
            [
                "--batch-size", "--gradient", "--optimizer", "--learning", "--scale", "--sum", "--warmup",
                "--start-divisor", "--end", "--momentum", "--peak", "--beta", "--epsilon", "--trust", "--weight",
                "--predictor", "--clip", "--tau",
            ]),
        (
            "Views of an image",
            [
                "--crop", "--half", "--flip", "--rotation", "--jitter", "--brightness", "--contrast", "--saturation",
                "--hue", "--grey", "--blur", "--second", "--solarize",
            ]),
    ];

    /// <summary>Arguments after the command's name.</summary>
    public static string[] Examples(string command) => command switch
    {
        "pretrain" =>
        [
            "--images photos --output encoder.onnx --recipe taught --time-budget 20m --report page.html",
            "--images photos --output encoder.onnx --epochs 100 --checkpoint run --resume",
        ],
        "evaluate" =>
        [
            "--model encoder.onnx --images labelled --labels folder",
            "--model encoder.onnx --images labelled --labels folder --auto 3m --save-pipeline model.zip",
        ],
        "embed" =>
        [
            "--model encoder.onnx --images photos --output embeddings.csv",
            "--model encoder.onnx --images photos --output embeddings --format parquet",
        ],
        "quantize" => ["--model encoder.onnx --images photos --output encoder.int8.onnx"],
        "predict" => ["--pipeline model.zip --images photos --output labels.csv"],
        "label" => ["--model encoder.onnx --images photos"],
        "pets" =>
        [
            "--pretrain-images DATA/cifar10/train --test-images DATA/cifar10/test --pets DATA/pets "
            + "--max-images 8192 --epochs 2",
        ],
        "throughput" => ["--images DATA/cifar10/train"],
        "data" => ["cifar10 DATA"],
        _ => [],
    };

    /// <summary>
    /// The options in groups, those that matter first before the others; a command of few options has one group.
    /// </summary>
    public static IEnumerable<(string Title, IReadOnlyList<Option> Options)> Groups(IReadOnlyList<Option> options)
    {
        if (options.All(option => option.Name != "--recipe"))
        {
            return options.Count == 0 ? [] : [(Plain, options)];
        }
        var first = options.Where(option => First.Contains(option.Name))
            .OrderBy(option => Array.IndexOf(First, option.Name))
            .ToArray();
        var groups = options.Except(first).GroupBy(Topic).ToDictionary(group => group.Key, group => group.ToArray());
        return
        [
            ("What matters first", first),
            .. ByTopic.Select(topic => topic.Title)
                .Append(Rest)
                .Where(groups.ContainsKey)
                .Select(title => (title, (IReadOnlyList<Option>)groups[title])),
        ];
    }

    // The longest beginning counts: --predictor-hidden-size is a head's, --predictor-learning-rate-factor is not.
    private static string Topic(Option option) => ByTopic
        .SelectMany(topic => topic.Beginnings.Select(beginning => (topic.Title, Beginning: beginning)))
        .Where(topic => option.Name.StartsWith(topic.Beginning, StringComparison.Ordinal))
        .OrderByDescending(topic => topic.Beginning.Length).Select(topic => topic.Title).FirstOrDefault(Rest);
}
