using Datacurve.Server.Web;

namespace Datacurve.Server;

/// <summary>The settings of access.</summary>
internal sealed partial class OptionsReader
{
    private AccessOptions Access()
    {
        var options = new AccessOptions
        {
            RequestsPerSecond = (int)Number("KEY_REQUESTS_PER_SECOND", 1000, 0, 1_000_000),
            RequestsAtOnce = (int)Number("KEY_REQUESTS_AT_ONCE", 256, 1, 100_000),
            RequestsPerDay = (int)Number("KEY_REQUESTS_PER_DAY", 0, 0, int.MaxValue),
            PublicUrl = Url("PUBLIC_URL"),
            OidcAuthority = Url("OIDC_AUTHORITY"),
            OidcClientId = Text("OIDC_CLIENT_ID"),
            OidcClientSecret = Text("OIDC_CLIENT_SECRET"),
            OidcAllow = Items(Text("OIDC_ALLOW")),
            OidcProject = Text("OIDC_PROJECT") ?? "default",
            OidcScopes = Scopes("OIDC_SCOPES", Scope.Read | Scope.Review),
        };
        if (!options.SignIn)
            return options;

        if (options.OidcAuthority is { IsLoopback: false, Scheme: not "https" })
            _faults.Add("OIDC_AUTHORITY takes an https URL, or an http one of this machine.");
        if (options.OidcClientId is null)
            _faults.Add(
                "OIDC_CLIENT_ID is required with OIDC_AUTHORITY: the id that the provider knows this service by."
            );
        if (options.OidcAllow.Count == 0)
            _faults.Add(
                "OIDC_ALLOW is required with OIDC_AUTHORITY: addresses and @domains, with commas, or * for whoever "
                    + "the provider knows."
            );
        return options;
    }

    private Scope Scopes(string name, Scope fallback)
    {
        if (Text(name) is not { } text)
            return fallback;
        return ScopeNames.TryParse(text, out var scopes)
            ? scopes
            : Fault(name, $"one or more of {ScopeNames.List}, with commas", text, fallback);
    }

    private static string[] Items(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
