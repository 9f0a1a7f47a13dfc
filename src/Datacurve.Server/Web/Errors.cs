using Datacurve.Core.Redaction;
using Datacurve.Server.Auth;
using Datacurve.Server.Blobs;
using Datacurve.Server.Originals;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Datacurve.Server.Web;

/// <summary>Turns what a request threw into a problem; nothing of the inside shows.</summary>
internal sealed class Errors(ILogger<Errors> log, TimeProvider time) : IExceptionHandler
{
    private const string RetryAfterSeconds = "1";
    private static readonly TimeSpan GoneMax = TimeSpan.FromSeconds(5);

    public async ValueTask<bool> TryHandleAsync(
        HttpContext context,
        Exception exception,
        CancellationToken ct
    )
    {
        if (exception is ConnectionResetException)
        {
            await UntilGoneAsync(context.RequestAborted);
            return true;
        }

        var problem = ProblemOf(exception);
        if (SignIn.IsProviderAway(exception))
            // The outer message has the inner ones in it, stacks and all.
            log.ProviderAway(exception.GetBaseException().Message);
        else if (problem.StatusCode >= StatusCodes.Status500InternalServerError)
            log.RequestFailed(Problem.Cut(context.Request.Path.ToUriComponent()), exception);
        // Of an answer that was begun nothing may have been sent, and yet it cannot be taken back: an error
        // would be added to it. So the client is to see that it breaks off.
        if (context.Response.BodyWriter.UnflushedBytes > 0)
        {
            context.Abort();
            return true;
        }

        if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        await problem.ExecuteAsync(context);
        return true;
    }

    /// <summary>
    /// A read may tell that the client has gone before the server knows it. An answer would then have the
    /// server read on, fail at it, and log that as an error of its own.
    /// </summary>
    private async Task UntilGoneAsync(CancellationToken gone)
    {
        try
        {
            await Task.Delay(GoneMax, time, gone);
        }
        catch (OperationCanceledException)
        {
            // The server knows it.
        }
    }

    /// <summary>Says why a request was refused that reached no handler.</summary>
    public static Task ExplainStatusAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var detail = status switch
        {
            StatusCodes.Status401Unauthorized =>
                "A key is needed that is known, not expired and not revoked: Authorization: Bearer dck_…",
            StatusCodes.Status403Forbidden
                when context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is { } required =>
                $"The key lacks the scope {string.Join(" or ", ScopeNames.Of(required.AnyOf))}.",
            StatusCodes.Status403Forbidden => "This is not allowed.",
            StatusCodes.Status404NotFound => "There is nothing at this path.",
            StatusCodes.Status405MethodNotAllowed => $"This path does not take {context.Request.Method}.",
            StatusCodes.Status415UnsupportedMediaType =>
                "This path does not take a body of this Content-Type.",
            _ => "The request was refused.",
        };
        return Problem.Of(status, detail).ExecuteAsync(context);
    }

    /// <summary>What an exception means to the client; every 400 names what was wrong.</summary>
    public static JsonHttpResult<Problem> ProblemOf(Exception exception)
    {
        var (status, detail) = Explain(exception);
        return status == StatusCodes.Status400BadRequest
            ? Problem.Refused(StoreFaults.IsUnstorable(exception) ? "request" : "body", detail)
            : Problem.Of(status, detail);
    }

    private static (int Status, string Detail) Explain(Exception exception) =>
        exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (
                StatusCodes.Status413PayloadTooLarge,
                "The body is larger than this service takes."
            ),
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => (
                StatusCodes.Status408RequestTimeout,
                "The body came more slowly than this service waits for."
            ),
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            BlobTooLargeException large => (StatusCodes.Status413PayloadTooLarge, large.Message + "."),
            BlobMismatchException mismatch => (StatusCodes.Status400BadRequest, mismatch.Message + "."),
            BlobStoreFullException => (
                StatusCodes.Status507InsufficientStorage,
                "The blob store is full; nothing was stored. Try again when there is room."
            ),
            BlobStoreAwayException => (
                StatusCodes.Status503ServiceUnavailable,
                "The blob store cannot be reached now; nothing was stored. Try again."
            ),
            RedactionException refused => (
                StatusCodes.Status422UnprocessableEntity,
                $"What was sent could not be redacted, and nothing of it was stored: {refused.Message}."
            ),
            NoRawKeyException => (
                StatusCodes.Status503ServiceUnavailable,
                "The project's mode is raw, and this service holds no key to seal originals with; nothing was stored."
            ),
            BlobCorruptException or SealedTraceException => (
                StatusCodes.Status500InternalServerError,
                $"What is stored of this is damaged, and is not given away: {exception.Message}."
            ),
            TraceErasedException => (StatusCodes.Status404NotFound, "The trace was erased."),
            OriginalDamagedException => (
                StatusCodes.Status500InternalServerError,
                "A stored original is damaged, and is not given away."
            ),
            OriginalKeyException => (
                StatusCodes.Status503ServiceUnavailable,
                "The original was sealed with a key that this service does not hold."
            ),
            _ when SignIn.IsProviderAway(exception) => (
                StatusCodes.Status503ServiceUnavailable,
                "The provider that browsers sign in with cannot be reached now. Try again."
            ),
            _ when StoreFaults.IsAway(exception) => (
                StatusCodes.Status503ServiceUnavailable,
                "The store cannot be reached now. Try again."
            ),
            _ when StoreFaults.IsUnstorable(exception) => (
                StatusCodes.Status400BadRequest,
                "A text in the request has a character that cannot be stored or searched for."
            ),
            _ when IsUnreadable(exception) => (
                StatusCodes.Status400BadRequest,
                "The body is not what its Content-Type and Content-Encoding say."
            ),
            _ when IsDiskFull(exception) => (
                StatusCodes.Status507InsufficientStorage,
                "The disk is full; nothing was stored. Try again when there is room."
            ),
            _ => (StatusCodes.Status500InternalServerError, "The service failed; its log says why."),
        };

    /// <summary>A compressed body that is none. Brotli says so in its own way.</summary>
    public static bool IsUnreadable(Exception exception) =>
        exception
            is InvalidDataException
                or InvalidOperationException { Source: "System.IO.Compression.Brotli" };

    private static bool IsDiskFull(Exception exception)
    {
        // ENOSPC as the framework passes it on.
        const int noSpaceLeft = 28;
        return StoreFaults.IsFull(exception)
            || (exception is IOException && (exception.HResult & 0xFFFF) == noSpaceLeft);
    }
}
