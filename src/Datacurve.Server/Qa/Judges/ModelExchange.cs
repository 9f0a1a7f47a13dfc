using System.Net;
using System.Net.Http.Headers;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// One call to a model's server, as it was on the wire. The client libraries turn what goes wrong into
/// exceptions of many kinds; what the server really said is read from here.
/// </summary>
/// <remarks>Headers of the request are not kept: they hold the key.</remarks>
internal sealed class ModelExchange(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>An answer is a few thousand characters; what is longer than this is none.</summary>
    public const int BodyBytesMax = 1 << 20;

    /// <summary>Null where no answer came.</summary>
    public HttpStatusCode? Status { get; private set; }
    public RetryConditionHeaderValue? RetryAfter { get; private set; }

    /// <summary>The body of the answer, cut at <see cref="BodyBytesMax"/>.</summary>
    public byte[] Body { get; private set; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken ct
    )
    {
        var response = await base.SendAsync(request, ct);
        Body = await ReadAsync(response.Content, ct);
        Status = response.StatusCode;
        RetryAfter = response.Headers.RetryAfter;
        var content = new ByteArrayContent(Body);
        foreach (var header in response.Content.Headers.Where(header => header.Key != "Content-Length"))
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        response.Content.Dispose();
        response.Content = content;
        return response;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        var buffer = new byte[BodyBytesMax];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return buffer[..length];
    }
}
