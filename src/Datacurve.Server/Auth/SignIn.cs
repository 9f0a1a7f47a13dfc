using System.Security.Claims;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Datacurve.Server.Auth;

/// <summary>
/// Sign-in of browsers by OpenID Connect: the code flow with PKCE against the provider that the operator
/// names. Who the operator allows gets a session cookie with the configured scopes in one project.
/// </summary>
internal static class SignIn
{
    public const string CookieScheme = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string ProviderScheme = OpenIdConnectDefaults.AuthenticationScheme;
    private const string CookieName = "datacurve";
    private const string CallbackPath = "/sign-in/callback";

    // Of RFC 6749 and OpenID Connect Core.
    private static readonly HashSet<string> ErrorCodes = new(StringComparer.Ordinal)
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    };

    public static bool IsSignedIn(HttpRequest request) =>
        request.Headers.Authorization.Count == 0 && request.Cookies.ContainsKey(CookieName);

    /// <summary>The provider's description could not be had, without which nobody is sent there.</summary>
    public static bool IsProviderAway(Exception exception) =>
        exception is InvalidOperationException
        && exception.Message.StartsWith("IDX20803:", StringComparison.Ordinal);

    public static bool IsPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static void Add(
        IServiceCollection services,
        AuthenticationBuilder authentication,
        AccessOptions options
    )
    {
        services.AddAuthentication();
        authentication.AddCookie(
            CookieScheme,
            cookie =>
            {
                cookie.Cookie.Name = CookieName;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy =
                    options.PublicUrl?.Scheme == Uri.UriSchemeHttps
                        ? CookieSecurePolicy.Always
                        : CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = Sessions.LengthMax;
                cookie.SlidingExpiration = false;
                cookie.Events.OnValidatePrincipal = RequireSessionAsync;
            }
        );
        authentication.AddOpenIdConnect(ProviderScheme, provider => Configure(provider, options));
        // Cookies that one process wrote are read by all of them.
        services.AddDataProtection().SetApplicationName("datacurve");
        services.AddSingleton<KeyRing>();
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<KeyRing>((management, ring) => management.XmlRepository = ring);
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/sign-out",
                async (HttpContext context, Sessions sessions, CancellationToken ct) =>
                {
                    if (context.Features.Get<Caller>() is { Session: { } session } caller)
                    {
                        await sessions.EndAsync(session, ct);
                        await NoteAsync(context, caller, "sign_out", StatusCodes.Status204NoContent);
                    }

                    await context.SignOutAsync(CookieScheme);
                    return TypedResults.NoContent();
                }
            )
            .WithName("sign_out")
            .WithSummary("End the browser's session")
            .WithDescription("Ends the session of the browser that asks; without one, nothing happens.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .AllowAnonymous();

    private static async Task RequireSessionAsync(CookieValidatePrincipalContext asked)
    {
        // What is for everybody, such as health, must not wait for the store that ended sessions are in.
        if (asked.HttpContext.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return;
        var sessions = asked.HttpContext.RequestServices.GetRequiredService<Sessions>();
        if (asked.Principal?.ToCaller() is not { } caller || !await sessions.IsGoingOnAsync(caller))
            asked.RejectPrincipal();
    }

    private static void Configure(OpenIdConnectOptions provider, AccessOptions options)
    {
        provider.Authority = options.OidcAuthority!.ToString();
        provider.ClientId = options.OidcClientId;
        provider.ClientSecret = options.OidcClientSecret;
        provider.ResponseType = "code";
        // The provider sends the browser back with a plain link, so that no cookie needs to cross sites.
        provider.ResponseMode = "query";
        provider.NonceCookie.SameSite = SameSiteMode.Lax;
        provider.CorrelationCookie.SameSite = SameSiteMode.Lax;
        provider.UsePkce = true;
        provider.MapInboundClaims = false;
        provider.SignInScheme = CookieScheme;
        provider.CallbackPath = CallbackPath;
        // Plain http is for a provider on this machine; the options refuse it elsewhere.
        provider.RequireHttpsMetadata = !options.OidcAuthority.IsLoopback;
        provider.Scope.Clear();
        foreach (var scope in (string[])["openid", "profile", "email"])
            provider.Scope.Add(scope);
        provider.Events.OnRedirectToIdentityProvider = redirect =>
        {
            if (options.PublicUrl is { } url)
                redirect.ProtocolMessage.RedirectUri = new Uri(url, CallbackPath).ToString();
            return Task.CompletedTask;
        };
        provider.Events.OnTokenValidated = validated => AdmitAsync(validated, options);
        provider.Events.OnRemoteFailure = async failure =>
        {
            failure.HandleResponse();
            if (failure.Failure is not RefusedException)
                failure
                    .HttpContext.RequestServices.GetRequiredService<ILogger<Sessions>>()
                    .SignInFailed(ReasonOf(failure.Failure));
            await Problem
                .Of(
                    StatusCodes.Status403Forbidden,
                    failure.Failure is RefusedException refused
                        ? refused.Message
                        : "The sign-in did not succeed. Open the page again to start anew."
                )
                .ExecuteAsync(failure.HttpContext);
        };
    }

    private static async Task AdmitAsync(TokenValidatedContext validated, AccessOptions options)
    {
        var user = validated.Principal!;
        var services = validated.HttpContext.RequestServices;
        var sessions = services.GetRequiredService<Sessions>();
        // The framework takes one without a signature where the provider itself gave it, over plain http too.
        if (validated.SecurityToken is not { RawSignature.Length: > 0 })
        {
            validated.Fail(new UnsignedTokenException());
            return;
        }

        // Some providers let people claim any address until it is verified, and some say so in a text.
        var claimed = user.FindFirstValue("email_verified");
        var isUnverified = claimed is not null && !(bool.TryParse(claimed, out var verified) && verified);
        var email = isUnverified ? null : user.FindFirstValue("email");
        if (!sessions.IsAllowed(email))
        {
            validated.Fail(new RefusedException("This account is not allowed here. Ask the operator."));
            return;
        }

        if (await services.GetRequiredService<Projects>().FindAsync(options.OidcProject) is not { } project)
        {
            validated.Fail(new RefusedException($"There is no project {options.OidcProject} to sign in to."));
            return;
        }

        var caller = new Caller(project, $"user:{user.FindFirstValue("sub")}", options.OidcScopes)
        {
            Session = sessions.Begin(email),
        };
        await NoteAsync(validated.HttpContext, caller, "sign_in", StatusCodes.Status302Found);
        validated.Principal = Principals.Of(caller);
    }

    private static Task NoteAsync(HttpContext context, Caller caller, string action, int status)
    {
        var services = context.RequestServices;
        return services
            .GetRequiredService<AuditLog>()
            .WriteAsync(
                new AuditEntry(
                    services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds(),
                    caller,
                    action,
                    TraceId: null,
                    Subject: null,
                    status,
                    context.TraceIdentifier
                ),
                context.RequestAborted
            );
    }

    /// <summary>
    /// A code of the protocol, or what kind of failure it was: the rest may be a stranger's own words.
    /// </summary>
    private static string ReasonOf(Exception? failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
            if (at.Data["error"] is string code && ErrorCodes.Contains(code))
                return code;
        return failure?.InnerException?.GetType().Name ?? failure?.GetType().Name ?? "unknown";
    }

    private sealed class RefusedException(string message) : Exception(message);

    private sealed class UnsignedTokenException() : Exception("the token has no signature");
}
