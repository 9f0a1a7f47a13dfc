using System.Security.Claims;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Web;

/// <summary>Callers as the framework carries them.</summary>
internal static class Principals
{
    private const string ProjectClaim = "datacurve:project";
    private const string ScopeClaim = "datacurve:scope";

    public static ClaimsPrincipal Of(Caller caller) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.Name, caller.Name),
                    new Claim(ProjectClaim, caller.Project.ToString()),
                    new Claim(ScopeClaim, ScopeNames.Text(caller.Scopes)),
                ],
                authenticationType: "datacurve"
            )
        );

    /// <summary>Null where nobody was recognized.</summary>
    public static Caller? ToCaller(this ClaimsPrincipal principal) =>
        principal.FindFirstValue(ProjectClaim) is { } project
        && ScopeNames.TryParse(principal.FindFirstValue(ScopeClaim) ?? "", out var scopes)
            ? new Caller(new ProjectId(Guid.Parse(project)), principal.Identity!.Name!, scopes)
            : null;
}
