using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Simulation;

/// <summary>What a client may cost: the memory of a server that is a process of its own.</summary>
public sealed class BoundedMemoryTests
{
    private const int Megabyte = 1 << 20;
    private const long MemoryMax = 256L * Megabyte;

    [Theory]
    [InlineData("sqlite", "application/json")]
    [InlineData("sqlite", "application/x-ndjson")]
    [InlineData("postgresql", "application/json")]
    [InlineData("postgresql", "application/x-ndjson")]
    public async Task A_gzip_bomb_is_refused_and_memory_stays_flat(string engine, string type)
    {
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 1024; i++)
                gzip.Write(new byte[Megabyte].AsSpan());
        await using var store = await StoreOfKilled.MakeAsync(engine, "files");
        using var server = await ServerProcess.StartAsync([], store.Variables);
        var path = $"/traces/{await server.Client.OpenTraceAsync()}/events";
        var before = server.MemoryPeak;

        for (var i = 0; i < 4; i++)
        {
            var content = new ByteArrayContent(zipped.ToArray());
            content.Headers.ContentType = new(type);
            content.Headers.ContentEncoding.Add("gzip");
            var answer = await server.Client.SendAsync(HttpMethod.Post, path, content);
            answer.AssertProblem(HttpStatusCode.RequestEntityTooLarge);
        }

        // Each would be 1 GiB unpacked; a few copies of the largest body are what it may cost.
        Assert.InRange(server.MemoryPeak - before, 0, MemoryMax);
    }

    [Theory]
    [InlineData("sqlite", 200_000, 50, 30)]
    [InlineData("sqlite", 300, Megabyte, 300)]
    [InlineData("postgresql", 200_000, 50, 30)]
    [InlineData("postgresql", 300, Megabyte, 300)]
    public async Task A_huge_trace_is_streamed_in_and_out_and_memory_stays_bounded(
        string engine,
        int count,
        int textLength,
        int documentMegabytes
    )
    {
        await using var store = await StoreOfKilled.MakeAsync(engine, "files");
        using var server = await ServerProcess.StartAsync([], store.Variables);
        var traceId = await server.Client.OpenTraceAsync();
        var before = server.MemoryPeak;

        var lines = new ManyLines(count, textLength);
        var sent = await server.Client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", lines);
        Assert.Equal(count, sent.Json["accepted"]!.GetValue<int>());
        using var response = await server.Client.GetAsync(
            $"/traces/{traceId}",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        await using var body = await response.Content.ReadAsStreamAsync(
            TestContext.Current.CancellationToken
        );
        var (bytes, seqs) = await CountAsync(body);

        Assert.Equal(count, seqs);
        Assert.InRange(bytes, documentMegabytes * (long)Megabyte, long.MaxValue);
        // The largest document is far larger than what it may cost to take it in and to give it out.
        Assert.InRange(server.MemoryPeak - before, 0, MemoryMax);
    }

    /// <summary>Reads a document slowly in the beginning, and counts its bytes and its events.</summary>
    private static async Task<(long Bytes, int Seqs)> CountAsync(Stream body)
    {
        var buffer = new byte[Megabyte];
        var (bytes, seqs, matched) = (0L, 0, 0);
        var name = "\"seq\":"u8.ToArray();
        // A reader that is slow: what the service writes meanwhile must wait.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
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
        }

        return (bytes, seqs);
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
