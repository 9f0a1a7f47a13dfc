using Datacurve.Server.Web;

namespace Datacurve.Server;

/// <summary>Who is let in, and how much one caller may ask.</summary>
internal sealed record AccessOptions
{
    /// <summary><c>KEY_REQUESTS_PER_SECOND</c>: of one caller, in one process; 0 is no limit.</summary>
    public int RequestsPerSecond { get; init; } = 1000;

    /// <summary><c>KEY_REQUESTS_AT_ONCE</c>: of one caller, in one process.</summary>
    public int RequestsAtOnce { get; init; } = 256;

    /// <summary><c>KEY_REQUESTS_PER_DAY</c>: of one caller, in one process; 0 is no limit.</summary>
    public int RequestsPerDay { get; init; }

    /// <summary>
    /// <c>PUBLIC_URL</c>: where browsers find the service, where that is not where it listens.
    /// </summary>
    public Uri? PublicUrl { get; init; }

    /// <summary><c>OIDC_AUTHORITY</c>: the provider that browsers sign in with.</summary>
    public Uri? OidcAuthority { get; init; }

    /// <summary><c>OIDC_CLIENT_ID</c>.</summary>
    public string? OidcClientId { get; init; }

    /// <summary><c>OIDC_CLIENT_SECRET</c>; none for a public client.</summary>
    public string? OidcClientSecret { get; init; }

    /// <summary>
    /// <c>OIDC_ALLOW</c>: who may sign in: addresses, <c>@domain</c>s, or <c>*</c> for whoever the provider
    /// knows.
    /// </summary>
    public IReadOnlyList<string> OidcAllow { get; init; } = [];

    /// <summary><c>OIDC_PROJECT</c>: the project that who signs in works in.</summary>
    public string OidcProject { get; init; } = "default";

    /// <summary><c>OIDC_SCOPES</c>: what who signs in may do.</summary>
    public Scope OidcScopes { get; init; } = Scope.Read | Scope.Review;

    /// <summary>Whether browsers can sign in; a service where they can is never open.</summary>
    public bool SignIn => OidcAuthority is not null;
}
