namespace Byol.Samples.Web;

/// <summary>A request that cannot be answered: its status, and a sentence for who sent it.</summary>
internal sealed class RefusedException(int status, string sentence) : Exception(sentence)
{
    public int Status { get; } = status;

    public static RefusedException BadRequest(string sentence) => new(StatusCodes.Status400BadRequest, sentence);
}
