using System.Text.Encodings.Web;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Datacurve.Server.Auth;

/// <summary>
/// <c>Authorization: Bearer dck_…</c>. Where no key was ever made and the service listens on loopback
/// alone, whoever asks is let in.
/// </summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> scheme,
    ILoggerFactory logs,
    UrlEncoder encoder,
    Keys keys,
    OpenAccess open,
    TimeProvider time
) : AuthenticationHandler<AuthenticationSchemeOptions>(scheme, logs, encoder)
{
    public const string Name = "key";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What is for everybody, such as health, must not wait for the store that keys are in.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return AuthenticateResult.NoResult();
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return await open.AllowsAsync(Request) ? Success(Caller.Open) : AuthenticateResult.NoResult();
        if (
            !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || !ApiKey.TryParse(header[Prefix.Length..].Trim(), out var key)
        )
            return AuthenticateResult.Fail("no key of this service");

        if (
            await keys.FindAsync(key) is not { } row
            || !row.IsActive(time.GetUtcNow().ToUnixTimeMilliseconds())
            || !ScopeNames.TryParse(row.Scopes, out var scopes)
        )
            return AuthenticateResult.Fail("unknown, expired or revoked");
        await keys.UsedAsync(row, Context.RequestAborted);
        return Success(Caller.OfKey(row.KeyId, new ProjectId(Ids.ToGuid(row.ProjectId)), scopes));
    }

    /// <summary>The body is written by whoever explains a status.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    private AuthenticateResult Success(Caller caller) =>
        AuthenticateResult.Success(new AuthenticationTicket(Principals.Of(caller), Scheme.Name));
}
