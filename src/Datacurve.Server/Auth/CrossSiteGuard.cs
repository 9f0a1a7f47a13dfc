using Datacurve.Server.Web;

namespace Datacurve.Server.Auth;

/// <summary>
/// Refuses what another site's page makes a browser send. A request with a key was meant by who holds the
/// key; one that a session cookie or an open service lets in must come from this service's own pages or from
/// no page at all.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        IsForged(context.Request)
            ? Problem
                .Of(StatusCodes.Status403Forbidden, "A page of another site may not send this.")
                .ExecuteAsync(context)
            : next(context);

    private static bool IsForged(HttpRequest request)
    {
        if (
            request.Headers.Authorization.Count > 0
            || HttpMethods.IsGet(request.Method)
            || HttpMethods.IsHead(request.Method)
        )
            return false;
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
            return true;
        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsSame(from, request.Host));
    }

    private static bool IsSame(Uri from, HostString host) =>
        from.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
