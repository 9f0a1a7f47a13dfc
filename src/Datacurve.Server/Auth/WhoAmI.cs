using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>Who a caller is to this service.</summary>
internal sealed record CallerAnswer(string Name, string ProjectId, IReadOnlyList<string> Scopes);

/// <summary><c>GET /me</c>: what the key or session of the request may do.</summary>
internal static class WhoAmI
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/me",
                (Caller caller) =>
                    TypedResults.Json(
                        new CallerAnswer(
                            caller.Name,
                            caller.Project.ToString(),
                            ScopeNames.Of(caller.Scopes)
                        ),
                        ServerJson.Readable.CallerAnswer
                    )
            )
            .WithName("who_am_i")
            .WithSummary("What the key or session of this request may do")
            .WithDescription("The name, the project and the scopes of whoever asks. Any key may.")
            .Produces<CallerAnswer>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            // Whoever is known may ask, whatever else its scopes allow.
            .RequireAuthorization();
}
