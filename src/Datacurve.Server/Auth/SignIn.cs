using System.Security.Claims;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
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
    private static readonly TimeSpan SessionMax = TimeSpan.FromHours(12);

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
                cookie.ExpireTimeSpan = SessionMax;
                cookie.SlidingExpiration = false;
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
                async (HttpContext context) =>
                {
                    await context.SignOutAsync(CookieScheme);
                    return TypedResults.NoContent();
                }
            )
            .WithName("sign_out")
            .WithSummary("End the browser's session")
            .AllowAnonymous();

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
        var email = user.FindFirstValue("email");
        // Some providers let people claim any address until it is verified.
        var verified = user.FindFirstValue("email_verified") is not "false";
        if (!options.OidcAllow.Any(allowed => Matches(allowed, email, verified)))
        {
            validated.Fail(new RefusedException("This account is not allowed here. Ask the operator."));
            return;
        }

        var projects = validated.HttpContext.RequestServices.GetRequiredService<Projects>();
        if (await projects.FindAsync(options.OidcProject) is not { } project)
        {
            validated.Fail(new RefusedException($"There is no project {options.OidcProject} to sign in to."));
            return;
        }

        var caller = new Caller(project, $"user:{user.FindFirstValue("sub")}", options.OidcScopes);
        validated.Principal = Principals.Of(caller);
    }

    private static bool Matches(string allowed, string? email, bool verified) =>
        allowed == "*"
        || (
            verified
            && email is not null
            && (
                allowed.StartsWith('@')
                    ? email.EndsWith(allowed, StringComparison.OrdinalIgnoreCase)
                    : email.Equals(allowed, StringComparison.OrdinalIgnoreCase)
            )
        );

    private sealed class RefusedException(string message) : Exception(message);
}
