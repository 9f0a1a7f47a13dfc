using System.Text.RegularExpressions;

namespace Datacurve.Server.Web;

/// <summary>
/// The headers that every answer carries, and an id for every request: the client's own
/// <c>X-Request-Id</c> where it is a plain one, so that both logs name the request alike.
/// </summary>
internal sealed partial class SecurityHeaders(RequestDelegate next)
{
    private const string RequestId = "X-Request-Id";

    // Data is never a page.
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    // Pages of libraries, which bring their scripts along and write styles into the page.
    private const string PagePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; "
        + "base-uri 'none'; form-action 'self'";

    private static readonly string[] Pages = ["/docs", "/hangfire"];

    public Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[RequestId].ToString();
        // It goes on record, so that no secret may pass for an id.
        if (PlainId().IsMatch(sent) && Problem.Cut(sent) == sent)
            context.TraceIdentifier = sent;
        // What answers an exception starts with no headers, so that these are set last.
        context.Response.OnStarting(
            static started =>
            {
                Set((HttpContext)started);
                return Task.CompletedTask;
            },
            context
        );
        return next(context);
    }

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[RequestId] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        // What is mapped as a branch has moved its name from the path into its base.
        var path = context.Request.PathBase.Add(context.Request.Path);
        headers.ContentSecurityPolicy = Pages.Any(page =>
            path.StartsWithSegments(page, StringComparison.OrdinalIgnoreCase)
        )
            ? PagePolicy
            : DataPolicy;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex PlainId();
}
