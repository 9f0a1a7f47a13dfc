using Dapper;
using Datacurve.Server.Storage;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Api;

/// <summary>
/// The database fails when the first page of a trace's events has been read. An answer that was begun is not
/// ended by an error, which would be taken for a part of it: the client sees that it was cut off.
/// </summary>
public abstract class CutReadTests(ServiceUnderTest service)
{
    // As many as are read at first.
    private const int PageLength = 100;

    private readonly HttpClient _client = service.Client;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An expression of the engine that fails where it is read.</summary>
    private protected abstract string Failing { get; }

    [Theory]
    [InlineData("", "application/json", 10)]
    [InlineData("", "application/json", 2_000)]
    [InlineData("/events", "application/json", 10)]
    [InlineData("/events", "application/json", 2_000)]
    [InlineData("/events", "application/x-ndjson", 10)]
    [InlineData("/events", "application/x-ndjson", 2_000)]
    [InlineData("/events/raw", "application/x-ndjson", 10)]
    [InlineData("/events/raw", "application/x-ndjson", 2_000)]
    public async Task An_answer_that_cannot_be_ended_is_cut_off(string path, string accept, int length)
    {
        var traceId = await _client.OpenTraceAsync();
        var events = Enumerable.Range(1, PageLength).Select(seq => Wire.Event(seq, new string('x', length)));
        await _client.AppendAsync(traceId, Wire.Batch(events));
        await _client.AppendAsync(traceId, Wire.Batch(PageLength + 1, 1));
        var asked = $"/traces/{traceId}{path}";

        await TellAsync("alter table events rename to events_kept");
        await TellAsync(
            $"""
            create view events as select trace_id, seq, event_id,
                case when seq > {PageLength} then {Failing} else body end as body from events_kept
            """
        );
        var cut = await Record.ExceptionAsync(() => AskAsync(asked, accept));
        await TellAsync("drop view events");
        await TellAsync("alter table events_kept rename to events");
        var later = await AskAsync(asked, accept);

        Assert.IsType<HttpRequestException>(cut);
        Assert.Equal(System.Net.HttpStatusCode.OK, later.Status);
        Assert.Contains($"\"seq\":{PageLength + 1},", later.Text, StringComparison.Ordinal);
    }

    private Task<Answer> AskAsync(string path, string accept) =>
        _client.SendAsync(HttpMethod.Get, path, null, ("Accept", accept));

    private Task TellAsync(string sql) =>
        service.Part<Database>().WriteAsync(connection => connection.ExecuteAsync(sql), Ct);
}

public sealed class SqliteCutReadTests(ServiceUnderTest service)
    : CutReadTests(service),
        IClassFixture<ServiceUnderTest>
{
    private protected override string Failing => "json('{' || seq)";
}

public sealed class PostgresCutReadTests(PostgresService service)
    : CutReadTests(service),
        IClassFixture<PostgresService>
{
    private protected override string Failing => "convert_to(('x' || seq)::bigint::text, 'UTF8')";
}
