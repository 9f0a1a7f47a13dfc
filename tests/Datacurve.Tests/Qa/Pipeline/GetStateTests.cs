using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Datacurve.Core;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>
/// <c>GET /traces/{trace_id}/state</c> of a trace with edits at seq 2 (tests) and 3 (code).
/// </summary>
public sealed class GetStateTests : IAsyncLifetime
{
    private const string Fixed = "def add(a, b):\n    return a + b\n";
    private const string Wrong = "def add(a, b):\n    return a - b\n";

    private ServiceUnderTest _service = null!;
    private string _traceId = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _service = await QaService.StartAsync();
        _traceId = await _service.Trace().RecordAsync(Recording.OfWrongSum());
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task The_list_names_every_file_with_its_hash_and_what_changed()
    {
        var state = await _service.Trace().GetAsync($"/traces/{_traceId}/state?seq=2");

        var files = state.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(["calc.py", "test_calc.py"], files.Select(file => file.GetProperty("path").GetString()));
        Assert.Equal([false, true], files.Select(file => file.GetProperty("changed").GetBoolean()));
        Assert.Equal(
            BlobId.Of(System.Text.Encoding.UTF8.GetBytes(Wrong)).Hash,
            files[0].GetProperty("sha256").GetString()
        );
        Assert.Equal(Wrong.Length, files[0].GetProperty("byte_length").GetInt64());
        Assert.Equal("regular", files[0].GetProperty("mode").GetString());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("broken_at_seq").ValueKind);
    }

    [Theory]
    [InlineData("seq=0&", Wrong)]
    [InlineData("seq=2&", Wrong)]
    [InlineData("seq=3&", Fixed)]
    [InlineData("seq=9000000000000000000&", Fixed)]
    [InlineData("", Fixed)]
    public async Task A_file_is_as_it_stood_at_the_seq(string seq, string expected)
    {
        using var answer = await _service.Client.GetAsync($"/traces/{_traceId}/state?{seq}path=calc.py", Ct);

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(Ct));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_tar_holds_the_state_and_is_the_same_each_time()
    {
        var first = await TarAsync();

        using var tar = new TarReader(new MemoryStream(first));
        var files = new Dictionary<string, string>();
        while (await tar.GetNextEntryAsync(cancellationToken: Ct) is { } entry)
            files[entry.Name] = await new StreamReader(entry.DataStream!).ReadToEndAsync(Ct);
        Assert.Equal(
            new Dictionary<string, string> { ["calc.py"] = Fixed, ["test_calc.py"] = Recording.NewTests },
            files
        );
        Assert.Equal(first, await TarAsync());
    }

    [Fact]
    public async Task The_state_is_the_same_when_the_trace_is_finalized()
    {
        var before = await _service.Client.GetStringAsync($"/traces/{_traceId}/state", Ct);
        await _service.Trace().FinalizeAsync(_traceId);
        await _service.Trace().EndAsync(_traceId);

        Assert.Equal(before, await _service.Client.GetStringAsync($"/traces/{_traceId}/state", Ct));
    }

    [Fact]
    public async Task An_edit_that_breaks_is_named()
    {
        var traceId = await _service.Trace().RecordAsync(Recording.OfWrongSum().WithWrongHash());

        var state = await _service.Trace().GetAsync($"/traces/{traceId}/state");

        Assert.Equal(3, state.GetProperty("broken_at_seq").GetInt64());
        Assert.Contains("calc.py", state.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path=absent.py")]
    [InlineData("path=../../../../../../../../etc/passwd")]
    [InlineData("path=/etc/passwd")]
    [InlineData("path=..%2F..%2Fdatacurve.db")]
    [InlineData("path=.")]
    [InlineData("path=")]
    [InlineData("path=calc.py%00")]
    [InlineData("path=calc.py%2F..%2Fcalc.py")]
    public async Task What_is_no_file_of_the_state_is_not_found(string query)
    {
        using var answer = await _service.Client.GetAsync($"/traces/{_traceId}/state?{query}", Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("seq=-1", HttpStatusCode.BadRequest)]
    [InlineData("seq=two", HttpStatusCode.BadRequest)]
    [InlineData("seq=99999999999999999999", HttpStatusCode.BadRequest)]
    public async Task A_seq_that_is_none_is_refused(string query, HttpStatusCode expected)
    {
        using var answer = await _service.Client.GetAsync($"/traces/{_traceId}/state?{query}", Ct);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_trace_without_a_base_has_no_state()
    {
        var traceId = await _service.Trace().RecordAsync(Recording.OfWrongSum(), snapshot: false);

        using var answer = await _service.Client.GetAsync($"/traces/{traceId}/state", Ct);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("base", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_trace_is_not_found()
    {
        using var answer = await _service.Client.GetAsync($"/traces/{Guid.NewGuid()}/state", Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<byte[]> TarAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/traces/{_traceId}/state");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-tar"));
        using var answer = await _service.Client.SendAsync(request, Ct);
        Assert.Equal("application/x-tar", answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsByteArrayAsync(Ct);
    }
}
