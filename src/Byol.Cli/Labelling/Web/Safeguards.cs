using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Byol.Cli.Labelling.Web;

/// <summary>
/// Who may ask: pages of this program alone. A foreign name for this address (DNS rebinding), a foreign page and a
/// request without the token are refused.
/// </summary>
internal sealed class Safeguards
{
    public const string TokenName = "token";

    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly byte[] _token;
    private readonly HashSet<string> _hosts;

    public Safeguards(IPAddress address, int port)
    {
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _token = Encoding.ASCII.GetBytes(Token);
        var own = new IPEndPoint(address, port).ToString();
        _hosts = new HashSet<string>(
            [$"127.0.0.1:{port}", $"localhost:{port}", $"[::1]:{port}", own], StringComparer.OrdinalIgnoreCase);
        Address = $"http://{own}/?{TokenName}={Token}";
    }

    public string Token { get; }

    /// <summary>Where the page is.</summary>
    public string Address { get; }

    /// <summary>Lets a request through, or answers why not.</summary>
    public Task Check(HttpContext context, RequestDelegate next)
    {
        SetHeaders(context.Response.Headers);
        var request = context.Request;
        return !_hosts.Contains(request.Host.Value ?? "")
            ? Refuse(StatusCodes.Status421MisdirectedRequest, "This is not the name of this program's address.")
            : request.Headers.Origin is [_, ..] origins && !origins.All(IsOwn)
                ? Refuse(StatusCodes.Status403Forbidden, "Other pages may not use this one.")
                : !PageFile.IsOpen(request.Path) && !HasToken(request.Query[TokenName])
                    ? Refuse(
                        StatusCodes.Status401Unauthorized,
                        "The address lacks the token that the program printed; open the page by that address.")
                    : next(context);

        Task Refuse(int status, string sentence) => Answers.Error(context, status, sentence);
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private bool IsOwn(string? origin) =>
        origin?.StartsWith("http://", StringComparison.Ordinal) == true && _hosts.Contains(origin["http://".Length..]);

    private bool HasToken(string? token) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _token);
}
