using System.Net;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Api;

/// <summary>
/// More events than lie in all buffers between a service and a reader that is slow: while they are read, the
/// service has not written the last of them.
/// </summary>
internal static class LongTrace
{
    public const int Bytes = Events * EventBytes;

    private const int Events = 48;
    private const int EventBytes = 1 << 20;
    private const int PerBatch = 6;

    public static async Task AppendLongAsync(this HttpClient client, string traceId, long afterSeq = 0)
    {
        var message = string.Concat(Enumerable.Repeat("a word ", EventBytes / 7 + 1));
        foreach (var seqs in Enumerable.Range(1, Events).Chunk(PerBatch))
        {
            var batch = Wire.Batch(
                seqs.Select(seq =>
                    Wire.Event(
                        afterSeq + seq,
                        "commit",
                        new JsonObject { ["commit_sha"] = "4f2c1d7", ["message"] = message }
                    )
                )
            );
            Assert.Equal(HttpStatusCode.Accepted, (await client.AppendAsync(traceId, batch)).Status);
        }
    }

    /// <summary>An answer of which the first bytes were read, and no more.</summary>
    public static async Task<Stream> BeginReadingAsync(this HttpClient client, string path)
    {
        var ct = TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsStreamAsync(ct);
        await body.ReadExactlyAsync(new byte[1], ct);
        return body;
    }

    /// <summary>The rest of it.</summary>
    public static async Task<string> ReadRestAsync(this Stream body)
    {
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
