using System.IO.Compression;
using System.Net;
using System.Text;
using CsCheck;

namespace Datacurve.Tests.Api;

/// <summary>No malformed input gives a 5xx.</summary>
public abstract class ParsingTests(ServiceUnderTest service)
{
    private const string Event =
        """{"event_id":"5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11","seq":1,"ts_ms":5,"type":"navigation","actor":{"kind":"ide"},"payload":{"file_path":"a.py"}}""";

    private readonly HttpClient _client = service.Client;

    private static string Changed(string from, string to) =>
        $$"""{"events":[{{Event.Replace(from, to, StringComparison.Ordinal)}}]}""";

    private async Task<Answer> AppendAsync(byte[] body, string? encoding = null)
    {
        var content = Wire.Json(body);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return await _client.SendAsync(
            HttpMethod.Post,
            $"/traces/{await _client.OpenTraceAsync()}/events",
            content
        );
    }

    private Task<Answer> AppendAsync(string body) => AppendAsync(Encoding.UTF8.GetBytes(body));

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/events")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/events/stream")]
    [InlineData("POST", "/finalize")]
    [InlineData("POST", "/qa")]
    [InlineData("GET", "/qa")]
    public async Task A_trace_id_that_is_no_uuid_or_unknown_is_not_found(string method, string rest)
    {
        foreach (var id in new[] { "x", "..%2f", new string('a', 4000), Guid.NewGuid().ToString() })
        {
            var content = method == "POST" ? Wire.Json("""{"final_state":{},"events":[]}""") : null;

            var answer = await _client.SendAsync(new HttpMethod(method), $"/traces/{id}{rest}", content);

            // Of an unknown trace, a body that is wrong may be told first.
            if (id.Length != 36 || rest != "/events")
                answer.AssertProblem(HttpStatusCode.NotFound);
            else
                Assert.InRange((int)answer.Status, 400, 404);
        }
    }

    [Theory]
    [InlineData("5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", "x", "event_id")]
    [InlineData("5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", " 5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11 ", "event_id")]
    [InlineData("5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", "5a2f7b0e6a9e4c6f9d573c7b8b9f1a11", "event_id")]
    [InlineData("5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", "+a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", "event_id")]
    [InlineData("5a2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", "0x2f7b0e-6a9e-4c6f-9d57-3c7b8b9f1a11", "event_id")]
    [InlineData("\"seq\":1", "\"seq\":9223372036854775808", "seq")]
    [InlineData("\"seq\":1", "\"seq\":1e3", "seq")]
    [InlineData("\"seq\":1", "\"seq\":NaN", "seq")]
    [InlineData("\"seq\":1", "\"seq\":Infinity", "seq")]
    [InlineData("\"ts_ms\":5", "\"ts_ms\":null", "ts_ms")]
    [InlineData("\"a.py\"", "\"\\ud800\"", "payload.file_path")]
    [InlineData("\"a.py\"", "\"\\udc00\\ud800\"", "payload.file_path")]
    [InlineData("\"a.py\"", "\"\\u0000\"", "payload.file_path")]
    [InlineData("\"a.py\"", "\"a\u0000\"", "payload.file_path")]
    [InlineData("\"a.py\"", "\"a\",\"x\":\"\\ud800\"", "payload.x")]
    [InlineData("\"a.py\"", "\"a\",\"file_path\":\"b\"", "payload.file_path")]
    [InlineData("\"a.py\"", "\"a\",\"x\":{\"y\":1,\"y\":1}", "payload.x.y")]
    [InlineData("\"seq\":1", "\"seq\":1,\"se\\u0071\":2", "seq")]
    [InlineData("\"navigation\"", "\"\\ud800\"", "type")]
    [InlineData("\"navigation\"", "\"navigatio\"", "type")]
    [InlineData("\"type\":\"navigation\",", "", "type")]
    [InlineData("\"ide\"", "\"robot\"", "actor.kind")]
    [InlineData("{\"kind\":\"ide\"}", "\"ide\"", "actor")]
    [InlineData("\"seq\":1", "\"seq\":1,\"context\":7", "context")]
    public async Task What_no_event_may_say_is_refused_by_name(string from, string to, string field) =>
        Assert.Equal(
            $"events.0.{field}",
            Assert.Single((await AppendAsync(Changed(from, to))).RefusedFields())
        );

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{\"events\":[]}}")]
    [InlineData("{\"events\":[],}")]
    [InlineData("{'events':[]}")]
    [InlineData("\uFEFF{\"events\":[]}")]
    public async Task A_body_that_is_no_batch_is_refused(string body) =>
        Assert.NotEmpty((await AppendAsync(body)).RefusedFields());

    [Fact]
    public async Task Invalid_utf8_is_refused()
    {
        var body = Encoding.UTF8.GetBytes(Changed("a.py", "a~py"));
        body[Array.IndexOf(body, (byte)'~')] = 0xC0;

        Assert.NotEmpty((await AppendAsync(body)).RefusedFields());
    }

    [Fact]
    public async Task A_number_of_200000_digits_is_refused()
    {
        var digits = new string('9', 200_000);

        Assert.Equal(
            ["events.0.seq"],
            (await AppendAsync(Changed("\"seq\":1", $"\"seq\":{digits}"))).RefusedFields()
        );
        Assert.Equal(
            ["events.0.payload.x"],
            (await AppendAsync(Changed("\"a.py\"", $"\"a\",\"x\":{digits}"))).RefusedFields()
        );
    }

    [Fact]
    public async Task A_thousand_numbers_with_large_exponents_are_given_back_verbatim()
    {
        var numbers = $"[{string.Join(',', Enumerable.Repeat("1e131071", 1000))}]";
        var traceId = await _client.OpenTraceAsync();

        var answer = await _client.SendAsync(
            HttpMethod.Post,
            $"/traces/{traceId}/events",
            Wire.Json(Changed("\"a.py\"", $"\"a\",\"x\":{numbers}"))
        );

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var text = (await _client.GetAnswerAsync($"/traces/{traceId}")).Text;
        Assert.Contains(numbers, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    [InlineData(100_000, false)]
    public async Task Depth_64_is_the_last_that_is_taken(int arrays, bool taken)
    {
        // The body, its list, the event and its payload are four levels above.
        var deep = new string('[', arrays) + new string(']', arrays);

        var answer = await AppendAsync(Changed("\"a.py\"", $"\"a\",\"x\":{deep}"));

        Assert.Equal(taken ? HttpStatusCode.Accepted : HttpStatusCode.BadRequest, answer.Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_body_is_read(string encoding)
    {
        var compressed = new MemoryStream();
        using (var stream = Compress(compressed, encoding))
            stream.Write(Encoding.UTF8.GetBytes(Changed("a.py", "a.py")));

        var answer = await AppendAsync(compressed.ToArray(), encoding);

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("x")]
    public async Task A_body_that_lies_about_its_encoding_is_refused(string encoding)
    {
        var answer = await AppendAsync(Encoding.UTF8.GetBytes(Changed("a.py", "a.py")), encoding);

        Assert.Contains(answer.Status, EncodingRefusals);
        answer.AssertProblem(answer.Status);
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        var answer = await _client.SendAsync(
            HttpMethod.Post,
            "/traces",
            new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded")
        );

        answer.AssertProblem(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/traces", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, HttpStatusCode status) =>
        (await _client.SendAsync(new HttpMethod(method), path)).AssertProblem(status);

    [Fact]
    public async Task A_long_wrong_value_or_name_is_cut_and_never_splits_a_character()
    {
        var smile = string.Concat(Enumerable.Repeat("😀", 2_000));

        var value = await AppendAsync(Changed("\"ide\"", $"\"x{smile}\""));
        var name = await AppendAsync(Changed("\"a.py\"", $"\"a\",\"x{smile}\":\"\\ud800\""));

        Assert.Equal(["events.0.actor.kind"], value.RefusedFields());
        var shown = value.Json["errors"]![0]!["value"]!.GetValue<string>();
        Assert.Equal("x" + smile[..98], shown);
        Assert.DoesNotContain('\uFFFD', Assert.Single(name.RefusedFields()));
    }

    [Fact]
    public async Task Random_damage_is_accepted_or_refused_and_never_an_error_of_the_service()
    {
        var traceId = await _client.OpenTraceAsync();
        var original = Encoding.UTF8.GetBytes(Changed("a.py", "a.py"));
        await Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte, Gen.Int[0, original.Length - 1], Gen.Byte)
            .SampleAsync(
                async damage =>
                {
                    var damaged = (byte[])original.Clone();
                    (damaged[damage.Item1], damaged[damage.Item3]) = (damage.Item2, damage.Item4);
                    var answer = await _client.SendAsync(
                        HttpMethod.Post,
                        $"/traces/{traceId}/events",
                        Wire.Json(damaged)
                    );
                    Assert.True((int)answer.Status < 500, answer.Text);
                },
                iter: 500
            );
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAnswerAsync($"/traces/{traceId}")).Status);
    }

    private static readonly HttpStatusCode[] EncodingRefusals =
    [
        HttpStatusCode.BadRequest,
        HttpStatusCode.UnsupportedMediaType,
    ];

    private static Stream Compress(Stream target, string encoding) =>
        encoding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
        };
}
