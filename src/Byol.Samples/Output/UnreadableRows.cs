using Byol.MLNet;
using Byol.Samples.Data;

namespace Byol.Samples.Output;

/// <summary>Collects the images that the library could not read, with its reasons.</summary>
internal sealed class UnreadableRows : IProgress<ByolUnreadableRow>
{
    private readonly List<SkippedFile> _files = [];

    public IReadOnlyList<SkippedFile> Files => _files;

    public void Report(ByolUnreadableRow value) => _files.Add(new SkippedFile(value.Path ?? "", SkippedKind.Unreadable, value.Reason));
}
