using System.Globalization;
using System.Security.Claims;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Web;

/// <summary>Callers as the framework carries them.</summary>
internal static class Principals
{
    private const string ProjectClaim = "datacurve:project";
    private const string ScopeClaim = "datacurve:scope";
    private const string SessionClaim = "datacurve:session";
    private const string EndClaim = "datacurve:session_ends_at_ms";
    private const string EmailClaim = "datacurve:email";

    public static ClaimsPrincipal Of(Caller caller)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.Name, caller.Name),
            new(ProjectClaim, caller.Project.ToString()),
            new(ScopeClaim, ScopeNames.Text(caller.Scopes)),
        ];
        if (caller.Session is { } session)
        {
            claims.Add(new Claim(SessionClaim, session.Id));
            claims.Add(new Claim(EndClaim, session.EndsAtMs.ToString(CultureInfo.InvariantCulture)));
            if (session.Email is { } email)
                claims.Add(new Claim(EmailClaim, email));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, authenticationType: "datacurve"));
    }

    /// <summary>Null where nobody was recognized.</summary>
    public static Caller? ToCaller(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(ProjectClaim) is { } project
        && ScopeNames.TryParse(principal.FindFirstValue(ScopeClaim) ?? "", out var scopes)
            ? new Caller(new ProjectId(Guid.Parse(project)), principal.Identity!.Name!, scopes)
            {
                Session = SessionOf(principal),
            }
            : null;

    private static Session? SessionOf(ClaimsPrincipal principal) =>
        principal.FindFirstValue(SessionClaim) is { } id
        && long.TryParse(
            principal.FindFirstValue(EndClaim),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var endsAtMs
        )
            ? new Session(id, principal.FindFirstValue(EmailClaim), endsAtMs)
            : null;
}
