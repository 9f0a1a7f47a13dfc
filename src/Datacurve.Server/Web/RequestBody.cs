using Datacurve.Core.Json;

namespace Datacurve.Server.Web;

/// <summary>A JSON body, read whole within its limits and checked against its shape.</summary>
internal static class RequestBody
{
    /// <summary>The checked document; what is wrong with it is in its errors.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large, too slow or no JSON by its type.</exception>
    public static async Task<ValidatedJson> ReadJsonAsync(
        HttpRequest request,
        Shape shape,
        LimitOptions limits,
        bool fillNulls,
        CancellationToken ct
    )
    {
        if (
            request.ContentType is { Length: > 0 } type
            && !type.Contains("json", StringComparison.OrdinalIgnoreCase)
        )
            throw new BadHttpRequestException(
                $"The body must be application/json, not {Problem.Cut(type)}.",
                StatusCodes.Status415UnsupportedMediaType
            );

        return ShapeValidator.Validate(await ReadAsync(request, limits, ct), shape, fillNulls);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request,
        LimitOptions limits,
        CancellationToken ct
    )
    {
        if (request.ContentLength > limits.BodyBytesMax)
            throw TooLarge(limits);

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(limits.BodyTimeoutSeconds));
        using var body = new MemoryStream((int)(request.ContentLength ?? 4096));
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, timeout.Token)) > 0; )
            {
                if (body.Length + read > limits.BodyBytesMax)
                    throw TooLarge(limits);
                body.Write(buffer, 0, read);
            }
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new BadHttpRequestException(
                $"The body took longer than {limits.BodyTimeoutSeconds} seconds.",
                StatusCodes.Status408RequestTimeout,
                exception
            );
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static BadHttpRequestException TooLarge(LimitOptions limits) =>
        new($"The body has more than {limits.BodyBytesMax} bytes.", StatusCodes.Status413PayloadTooLarge);
}
