using System.Buffers;
using Datacurve.Core.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace Datacurve.Server.Web;

/// <summary>A JSON body, read whole within its limits and checked against its shape.</summary>
internal static class RequestBody
{
    private const int PaceBytes = 1 << 20;
    private const int BufferBytes = 64 << 10;

    /// <summary>The checked document; what is wrong with it is in its errors.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large, too slow or no JSON by its
    /// type.</exception>
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
        // The announced length is a claim; memory is given for what has come.
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
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
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>
    /// Lets a stream that has no timeout as a whole take at most the body's timeout for each 1 MiB.
    /// </summary>
    public static void ExpectPace(HttpRequest request, LimitOptions limits)
    {
        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is not { } pace)
            return;

        // The server looks once a second, so that it takes no shorter grace.
        var grace = TimeSpan.FromSeconds(Math.Max(limits.BodyTimeoutSeconds, 2));
        pace.MinDataRate = new MinDataRate(PaceBytes / (double)limits.BodyTimeoutSeconds, grace);
    }

    private static BadHttpRequestException TooLarge(LimitOptions limits) =>
        new($"The body has more than {limits.BodyBytesMax} bytes.", StatusCodes.Status413PayloadTooLarge);
}
