using Byol.Cli.Data;
using Byol.MLNet;

namespace Byol.Cli.Output;

/// <summary>Collects the images that the library could not read, with its reasons.</summary>
internal sealed class UnreadableRows : IProgress<ByolUnreadableRow>
{
    private readonly List<SkippedFile> _files = [];

    public IReadOnlyList<SkippedFile> Files => _files;

    public void Report(ByolUnreadableRow value) =>
        _files.Add(new SkippedFile(value.Path ?? "", SkippedKind.Unreadable, value.Reason));
}
