using System.Buffers;
using Datacurve.Core.Json;
using Microsoft.AspNetCore.Http.Features;
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
        RefuseAbove(limits.BodyBytesMax, request);

        // More than can come by then, so that nothing lasts longer than the timeout.
        Expect(request, limits, SentBytesMax(limits));
        // The announced length is a claim; memory is given for what has come.
        using var body = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0; )
            {
                if (body.Length + read > limits.BodyBytesMax)
                    throw TooLarge(limits.BodyBytesMax);
                body.Write(buffer, 0, read);
            }
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
    public static void ExpectPace(HttpRequest request, LimitOptions limits) =>
        Expect(request, limits, PaceBytes);

    /// <summary>
    /// The server itself gives up what comes more slowly, and says 408. A read that is cancelled here instead
    /// would stay a read to the server, which could not end the request in good order then.
    /// </summary>
    private static void Expect(HttpRequest request, LimitOptions limits, double bytesPerTimeout)
    {
        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is not { } pace)
            return;

        // The server looks once a second, so that it takes no shorter grace.
        var grace = TimeSpan.FromSeconds(Math.Max(limits.BodyTimeoutSeconds, 2));
        pace.MinDataRate = new MinDataRate(bytesPerTimeout / limits.BodyTimeoutSeconds, grace);
    }

    /// <summary>Of a JSON body with the framing of its chunks.</summary>
    public static long SentBytesMax(LimitOptions limits) => 2L * limits.BodyBytesMax;

    /// <summary>
    /// Refuses what says itself that it is too large. The server reads on for a while, since a client that
    /// still sends when its connection closes does not get to read why.
    /// </summary>
    /// <param name="bytesMax">How many are taken.</param>
    /// <param name="request">Nothing of its body was read.</param>
    /// <exception cref="BadHttpRequestException">It is too large.</exception>
    public static void RefuseAbove(long bytesMax, HttpRequest request)
    {
        if (!(request.ContentLength > bytesMax))
            return;
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        throw TooLarge(bytesMax);
    }

    private static BadHttpRequestException TooLarge(long bytesMax) =>
        new($"The body has more than {bytesMax} bytes.", StatusCodes.Status413PayloadTooLarge);
}
