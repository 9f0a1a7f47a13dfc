namespace Datacurve.Server.Web;

/// <summary>
/// Refuses a Content-Encoding that the service cannot undo, which would be read as garbage otherwise.
/// </summary>
internal sealed class ContentEncodings(RequestDelegate next)
{
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        "gzip",
        "br",
        "deflate",
        "identity",
    };

    public Task InvokeAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString();
        return encoding.Length == 0 || Known.Contains(encoding)
            ? next(context)
            : Problem
                .Of(
                    StatusCodes.Status415UnsupportedMediaType,
                    $"Content-Encoding takes {string.Join(", ", Known)}."
                )
                .ExecuteAsync(context);
    }
}
