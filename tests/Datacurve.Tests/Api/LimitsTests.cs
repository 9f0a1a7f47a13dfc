using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Datacurve.Tests.Api;

/// <summary>
/// What a client may cost. Runs alone, because the memory of the whole process is looked at.
/// </summary>
[CollectionDefinition(nameof(LimitsTests), DisableParallelization = true)]
public abstract class LimitsTests(ServiceUnderTest service)
{
    private const int Megabyte = 1 << 20;
    private const int LookBytes = 8 * Megabyte;
    private readonly HttpClient _client = service.Client;

    private string Head(string path, string headers) =>
        $"POST {path} HTTP/1.1\r\nHost: {_client.BaseAddress!.Authority}\r\nContent-Type: application/json\r\n{headers}\r\n";

    private async Task<string> EventsPathAsync() => $"/traces/{await _client.OpenTraceAsync()}/events";

    private static long MemoryBytes() => Process.GetCurrentProcess().WorkingSet64;

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

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task A_gzip_bomb_is_refused_and_memory_stays_flat(string type)
    {
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 1024; i++)
                gzip.Write(new byte[Megabyte].AsSpan());
        var path = await EventsPathAsync();
        var before = MemoryBytes();

        for (var i = 0; i < 4; i++)
        {
            var content = new ByteArrayContent(zipped.ToArray());
            content.Headers.ContentType = new(type);
            content.Headers.ContentEncoding.Add("gzip");
            var answer = await _client.SendAsync(HttpMethod.Post, path, content);
            answer.AssertProblem(HttpStatusCode.RequestEntityTooLarge);
        }

        // Each would be 1 GiB unpacked; a few copies of the largest body are what it may cost.
        Assert.InRange(MemoryBytes() - before, long.MinValue, 256L * Megabyte);
    }

    [Theory]
    [InlineData(200_000, 50, 30)]
    [InlineData(300, Megabyte, 300)]
    public async Task A_huge_trace_is_streamed_in_and_out_and_memory_stays_bounded(
        int count,
        int textLength,
        int documentMegabytes
    )
    {
        var traceId = await _client.OpenTraceAsync();
        var before = MemoryBytes();

        var lines = new ManyLines(count, textLength);
        var sent = await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", lines);
        Assert.Equal(count, sent.Json["accepted"]!.GetValue<int>());
        using var response = await _client.GetAsync(
            $"/traces/{traceId}",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        await using var body = await response.Content.ReadAsStreamAsync(
            TestContext.Current.CancellationToken
        );
        var peak = 0L;
        var (bytes, seqs) = await CountAsync(body, () => peak = Math.Max(peak, MemoryBytes()));

        Assert.Equal(count, seqs);
        Assert.InRange(bytes, documentMegabytes * (long)Megabyte, long.MaxValue);
        // The largest document is far larger than what it may cost to take it in and to give it out.
        Assert.InRange(peak - before, long.MinValue, 256L * Megabyte);
    }

    /// <summary>Reads a document slowly in the beginning, and counts its bytes and its events.</summary>
    private static async Task<(long Bytes, int Seqs)> CountAsync(Stream body, Action look)
    {
        var buffer = new byte[Megabyte];
        var (bytes, seqs, matched) = (0L, 0, 0);
        var name = "\"seq\":"u8.ToArray();
        // A reader that is slow: what the service writes meanwhile must wait.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        look();
        for (int read; (read = await body.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0; )
        {
            bytes += read;
            foreach (var value in buffer.AsSpan(0, read))
            {
                matched =
                    value == name[matched] ? matched + 1
                    : value == name[0] ? 1
                    : 0;
                if (matched < name.Length)
                    continue;
                (seqs, matched) = (seqs + 1, 0);
            }

            if (bytes / LookBytes > (bytes - read) / LookBytes)
                look();
        }

        return (bytes, seqs);
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
                $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
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

    /// <summary>Lines made while they are sent.</summary>
    private sealed class ManyLines : HttpContent
    {
        private readonly int _count;
        private readonly int _textLength;

        public ManyLines(int count, int textLength)
        {
            (_count, _textLength) = (count, textLength);
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var text = JsonSerializer.Serialize(new string('x', _textLength));
            for (var seq = 1; seq <= _count; seq++)
            {
                var line = $$$"""
                    {"seq":{{{seq}}},"ts_ms":1,"type":"navigation","actor":{"kind":"ide"},"payload":{"file_path":{{{text}}}}}

                    """;
                await stream.WriteAsync(Encoding.ASCII.GetBytes(line));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
