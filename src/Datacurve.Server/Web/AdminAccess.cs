using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Datacurve.Server.Web;

/// <summary>
/// Who may see the service from the inside. With <c>ADMIN_TOKEN</c>: who sends it, as a bearer token or as
/// the password of basic authentication. Without: who sits at this machine, while the service listens on
/// loopback alone.
/// </summary>
/// <remarks>The one place that decides; what is for administrators asks here and nowhere else.</remarks>
internal sealed class AdminAccess(Options options)
{
    private static readonly string[] ForwardedHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    public bool Allows(HttpContext context) =>
        options.AdminToken is { } token
            ? Sends(context.Request, token)
            : IsLoopback(options.ListenAddress) && IsFromThisMachine(context);

    /// <summary>Refuses, in a way that makes a browser ask for the token where one is set.</summary>
    public Task RefuseAsync(HttpContext context)
    {
        if (options.AdminToken is null)
            return Problem
                .Of(
                    StatusCodes.Status403Forbidden,
                    "This is for administrators: set ADMIN_TOKEN, or come from the machine itself while "
                        + "LISTEN_ADDRESS is loopback."
                )
                .ExecuteAsync(context);

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"datacurve\", charset=\"UTF-8\"";
        return Problem
            .Of(StatusCodes.Status401Unauthorized, "This is for administrators: send ADMIN_TOKEN.")
            .ExecuteAsync(context);
    }

    private static bool Sends(HttpRequest request, string token)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var sent))
            return false;
        return sent.Scheme.ToUpperInvariant() switch
        {
            "BEARER" => IsSame(sent.Parameter, token),
            "BASIC" => IsSame(Password(sent.Parameter), token),
            _ => false,
        };
    }

    private static string? Password(string? credentials)
    {
        var decoded = new byte[credentials?.Length ?? 0];
        return
            Convert.TryFromBase64String(credentials ?? "", decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [_, var password]
            ? password
            : null;
    }

    // Hashes have one length, so that the time of the comparison says nothing about the token.
    private static bool IsSame(string? sent, string token) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(sent ?? "")),
            SHA256.HashData(Encoding.UTF8.GetBytes(token))
        );

    /// <summary>
    /// A proxy on this machine passes on what others send, and a page of elsewhere whose name was pointed at
    /// this machine sends that name along.
    /// </summary>
    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote
        && IPAddress.IsLoopback(remote)
        && IsLoopback(context.Request.Host.Host)
        && !Array.Exists(ForwardedHeaders, context.Request.Headers.ContainsKey);

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
