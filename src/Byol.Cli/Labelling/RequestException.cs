namespace Byol.Cli.Labelling;

/// <summary>What is wrong with a request, in one sentence for its sender.</summary>
/// <param name="status">The status of the answer.</param>
/// <param name="message">The sentence.</param>
internal sealed class RequestException(int status, string message) : Exception(message)
{
    public const int Bad = 400;
    public const int NotFound = 404;
    public const int TooEarly = 409;

    public int Status => status;
}
