using System.Net;
using System.Text;

namespace Datacurve.Tests.Api;

/// <summary>What a client may send, and for how long.</summary>
public abstract class LimitsTests(ServiceUnderTest service)
{
    private const int Megabyte = 1 << 20;
    private readonly HttpClient _client = service.Client;

    private string Head(string path, string headers) =>
        $"POST {path} HTTP/1.1\r\nHost: {_client.BaseAddress!.Authority}\r\nContent-Type: application/json\r\n{headers}\r\n";

    private async Task<string> EventsPathAsync() => $"/traces/{await _client.OpenTraceAsync()}/events";

    [Theory]
    [InlineData("Expect: 100-continue\r\n")]
    [InlineData("")]
    public async Task A_body_of_64_mib_is_refused_by_its_length_before_it_is_sent(string expect)
    {
        using var connection = await RawConnection.OpenAsync(_client.BaseAddress!);

        await connection.SendAsync(
            Head(await EventsPathAsync(), $"Content-Length: {64 * Megabyte}\r\n{expect}")
        );

        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_64_mib_in_chunks_is_refused_early_while_health_is_answered()
    {
        var chunk = Encoding.ASCII.GetBytes($"{Megabyte:x}\r\n{new string(' ', Megabyte)}\r\n");
        var path = await EventsPathAsync();
        using var connection = await RawConnection.OpenAsync(_client.BaseAddress!);
        await connection.SendAsync(Head(path, "Transfer-Encoding: chunked\r\n"));

        var sending = connection.SendUntilRefusedAsync(chunk, 64L * Megabyte);
        do Assert.Equal(HttpStatusCode.OK, (await _client.GetAnswerAsync("/health")).Status);
        while (!sending.IsCompleted);

        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAnswerAsync("/health/ready")).Status);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.Created)]
    [InlineData(1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_of_the_largest_size_is_taken_and_one_byte_more_is_not(
        int more,
        HttpStatusCode status
    )
    {
        var body = Wire.NewTrace().ToJsonString();
        var padded = body + new string(' ', 8 * Megabyte - body.Length + more);

        var known = await _client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(padded));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/traces")
        {
            Content = Wire.Json(padded),
        };
        request.Headers.TransferEncodingChunked = true;
        using var chunked = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, known.Status);
        Assert.Equal(status, chunked.StatusCode);
    }

    [Fact]
    public async Task A_body_that_drips_times_out_and_frees_its_slot()
    {
        var hasty = new ServiceUnderTest();
        await hasty.StartAsync(options =>
            options with
            {
                Limits = options.Limits with { BodyTimeoutSeconds = 1 },
            }
        );
        foreach (var (method, path) in new[] { ("POST", "/traces"), ("PUT", $"/blobs/{Wire.BlobOfHello}") })
        {
            using var connection = await RawConnection.OpenAsync(hasty.Client.BaseAddress!);
            await connection.SendAsync(
                $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
            );

            var head = connection.ReadHeadAsync();
            while (!head.IsCompleted)
            {
                try
                {
                    await connection.SendAsync("{");
                }
                catch (IOException)
                {
                    // Closed; the answer is read below.
                }

                await Task.WhenAny(head, Task.Delay(100, TestContext.Current.CancellationToken));
            }

            Assert.StartsWith("HTTP/1.1 408 ", await head, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await hasty.Client.GetAnswerAsync("/health")).Status);
        await hasty.DisposeAsync();
    }

    [Theory]
    [InlineData(1_000, HttpStatusCode.Created)]
    [InlineData(1_001, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(1_000_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_blob_of_the_largest_size_is_taken_and_one_byte_more_is_not(
        int length,
        HttpStatusCode status
    )
    {
        var small = new ServiceUnderTest();
        await small.StartAsync(options =>
            options with
            {
                Limits = options.Limits with { BlobBytesMax = 1_000 },
            }
        );
        var content = new byte[length];
        var blobId = Core.BlobId.Of(content);

        var posted = await small.Client.UploadAsync(content);
        var put = await small.Client.SendAsync(
            HttpMethod.Put,
            $"/blobs/{blobId}",
            new ByteArrayContent(content)
        );

        Assert.Equal(status, posted.Status);
        Assert.Equal(status, put.Status);
        await small.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", "/traces")]
    [InlineData("POST", "/blobs")]
    [InlineData("PUT", "/blobs/" + Wire.BlobOfHello)]
    public async Task Who_sends_all_of_a_body_that_is_far_too_large_gets_to_read_why(
        string method,
        string path
    )
    {
        var small = new ServiceUnderTest();
        await small.StartAsync(options =>
            options with
            {
                Limits = options.Limits with { BlobBytesMax = 1_000, BodyBytesMax = 1_000 },
            }
        );
        const int Length = 8_000_000;
        using var connection = await RawConnection.OpenAsync(small.Client.BaseAddress!);

        await connection.SendAsync(
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Length}\r\n\r\n"
        );
        for (var sent = 0; sent < Length; sent += 100_000)
            await connection.SendAsync(new byte[100_000]);

        Assert.StartsWith("HTTP/1.1 413 ", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        await small.DisposeAsync();
    }
}
