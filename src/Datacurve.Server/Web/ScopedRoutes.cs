namespace Datacurve.Server.Web;

/// <summary>The scopes of which an endpoint asks its caller for one.</summary>
internal sealed record RequiredScope(Scope AnyOf);

/// <summary>
/// Declares who may use an endpoint. One that declares nothing is refused to everybody, so that no new one is
/// open by mistake.
/// </summary>
internal static class ScopedRoutes
{
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="anyOf">The scopes; a caller needs one of them.</param>
    public static RouteHandlerBuilder RequireScope(this RouteHandlerBuilder endpoint, Scope anyOf) =>
        endpoint
            .RequireAuthorization(policy =>
                policy
                    .RequireAuthenticatedUser()
                    .RequireAssertion(asked =>
                        (asked.User.ToCaller()?.Scopes & anyOf) is not (null or Scope.None)
                    )
            )
            .WithMetadata(new RequiredScope(anyOf))
            // Of a query that it does not take, if of nothing else.
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
}
