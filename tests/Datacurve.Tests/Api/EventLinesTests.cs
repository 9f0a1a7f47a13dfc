using System.IO.Compression;
using System.Net;
using System.Text;

namespace Datacurve.Tests.Api;

/// <summary>Events sent as <c>application/x-ndjson</c>.</summary>
public abstract class EventLinesTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private static string Lines(int first, int count) =>
        string.Concat(Enumerable.Range(first, count).Select(seq => Wire.Event(seq).ToJsonString() + "\n"));

    private Task<Answer> SendAsync(string traceId, HttpContent lines) =>
        _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/events", lines);

    private async Task<int> CountAsync(string traceId) =>
        (await _client.GetTraceAsync(traceId))["events"]!.AsArray().Count;

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(1_234)]
    public async Task Any_number_of_lines_is_accepted_and_again(int count)
    {
        var traceId = await _client.OpenTraceAsync();
        var lines = Lines(1, count);

        var first = await SendAsync(traceId, Wire.Lines(lines));
        var again = await SendAsync(traceId, Wire.Lines(lines.TrimEnd()));

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal($$"""{"accepted":{{count}},"seq_high":{{count}},"duplicates":0}""", first.Text);
        Assert.Equal($$"""{"accepted":{{count}},"seq_high":{{count}},"duplicates":{{count}}}""", again.Text);
        Assert.Equal(count, await CountAsync(traceId));
    }

    [Fact]
    public async Task Empty_lines_and_carriage_returns_are_passed_over()
    {
        var traceId = await _client.OpenTraceAsync();
        var lines = "\n \r\n" + Lines(1, 3).Replace("\n", "\r\n\n", StringComparison.Ordinal);

        Assert.Equal(3, (await SendAsync(traceId, Wire.Lines(lines))).Json["accepted"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("application/ndjson")]
    [InlineData("application/jsonl")]
    [InlineData("application/x-jsonlines; charset=utf-8")]
    public async Task Lines_come_by_their_other_names_too(string type)
    {
        var lines = new ByteArrayContent(Encoding.UTF8.GetBytes(Lines(1, 3)));
        lines.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await SendAsync(await _client.OpenTraceAsync(), lines);

        Assert.Equal(3, answer.Json["accepted"]!.GetValue<int>());
    }

    [Fact]
    public async Task Compressed_lines_that_are_cut_off_between_two_lines_are_refused()
    {
        var zipped = new MemoryStream();
        var cut = 0;
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Lines(1, 150)));
            gzip.Flush();
            cut = (int)zipped.Length;
            gzip.Write(Encoding.UTF8.GetBytes(Lines(151, 150)));
        }

        var lines = new ByteArrayContent(zipped.ToArray()[..cut]);
        lines.Headers.ContentType = new("application/x-ndjson");
        lines.Headers.ContentEncoding.Add("gzip");

        var answer = await SendAsync(await _client.OpenTraceAsync(), lines);

        Assert.Equal(["body"], answer.RefusedFields());
        Assert.Equal(100, answer.Json["seq_high"]!.GetValue<int>());
    }

    [Fact]
    public async Task No_line_is_refused()
    {
        var answer = await SendAsync(await _client.OpenTraceAsync(), Wire.Lines("\n"));

        Assert.Equal("events", Assert.Single(answer.RefusedFields()));
    }

    [Fact]
    public async Task A_refusal_of_all_lines_names_no_seq_as_held()
    {
        var traceId = await _client.OpenTraceAsync();
        await SendAsync(traceId, Wire.Lines(Lines(1, 11)));

        var answer = await SendAsync(traceId, Wire.Lines(Lines(12, 1) + "nope\n"));

        Assert.Equal(0, answer.Json["accepted"]!.GetValue<int>());
        Assert.False(answer.Json.ContainsKey("seq_high"));
    }

    [Theory]
    [InlineData("{\"seq\":", "events.150.seq")]
    [InlineData("{\"seq\":151,\"type\":\"x\"}", "events.150.type")]
    [InlineData("[]", "events.150")]
    public async Task A_bad_line_in_the_midst_says_where_it_is_and_how_far_it_got(string line, string field)
    {
        var traceId = await _client.OpenTraceAsync();

        var answer = await SendAsync(traceId, Wire.Lines(Lines(1, 150) + line + "\n" + Lines(152, 10)));

        Assert.Contains(field, answer.RefusedFields());
        Assert.Equal(100, answer.Json["accepted"]!.GetValue<int>());
        Assert.Equal(100, answer.Json["seq_high"]!.GetValue<int>());
        Assert.Equal(100, await CountAsync(traceId));
        // Sending all again, repaired, is safe.
    }

    [Fact]
    public async Task A_refusal_between_batches_says_how_far_it_got()
    {
        var traceId = await _client.OpenTraceAsync();
        var lines = Lines(1, 100) + Wire.Event(50).ToJsonString() + "\n";

        var answer = await SendAsync(traceId, Wire.Lines(lines));

        Assert.Equal("events.100.seq", Assert.Single(answer.RefusedFields()));
        Assert.Equal(100, answer.Json["accepted"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_conflict_says_how_far_it_got()
    {
        var traceId = await _client.OpenTraceAsync();
        var lines = Lines(1, 100);
        var reused = Wire.Event(101);
        reused["event_id"] = System.Text.Json.Nodes.JsonNode.Parse(lines.Split('\n')[3])![
            "event_id"
        ]!.DeepClone();

        var answer = await SendAsync(traceId, Wire.Lines(lines + reused.ToJsonString()));

        var problem = answer.AssertProblem(HttpStatusCode.Conflict);
        Assert.Equal($"Duplicate event_id(s): {reused["event_id"]}", problem["detail"]!.GetValue<string>());
        Assert.Equal(100, problem["accepted"]!.GetValue<int>());
        Assert.Equal(100, problem["seq_high"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_line_that_is_too_long_says_how_far_it_got()
    {
        var traceId = await _client.OpenTraceAsync();
        var lines = Lines(1, 101) + new string(' ', 9 << 20) + "\n" + Lines(102, 1);

        var answer = await SendAsync(traceId, Wire.Lines(lines));

        var problem = answer.AssertProblem(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(100, problem["accepted"]!.GetValue<int>());
        Assert.Equal(100, problem["seq_high"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_stream_larger_than_a_body_is_accepted_compressed_or_not()
    {
        var large = string.Concat(
            Enumerable
                .Range(1, 24)
                .Select(seq => Wire.Event(seq, new string((char)('a' + seq), 400_000)).ToJsonString() + "\n")
        );
        var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(large));
        var compressed = new ByteArrayContent(zipped.ToArray());
        compressed.Headers.ContentType = new("application/x-ndjson");
        compressed.Headers.ContentEncoding.Add("gzip");
        var traceId = await _client.OpenTraceAsync();

        Assert.Equal(24, (await SendAsync(traceId, compressed)).Json["accepted"]!.GetValue<int>());
        Assert.Equal(24, (await SendAsync(traceId, Wire.Lines(large))).Json["duplicates"]!.GetValue<int>());
    }

    [Fact]
    public async Task Events_come_through_while_the_stream_is_still_being_sent()
    {
        var traceId = await _client.OpenTraceAsync();
        using var rest = new SemaphoreSlim(0);
        var body = new StreamedContent(async stream =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Lines(1, 101)));
            await stream.FlushAsync();
            await rest.WaitAsync(TestContext.Current.CancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Lines(102, 1)));
        });

        var sending = SendAsync(traceId, body);
        while (await CountAsync(traceId) < 100)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        rest.Release();

        Assert.Equal(102, (await sending).Json["accepted"]!.GetValue<int>());
    }

    private sealed class StreamedContent : HttpContent
    {
        private readonly Func<Stream, Task> _write;

        public StreamedContent(Func<Stream, Task> write)
        {
            _write = write;
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            _write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
