using System.Net;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;
using Datacurve.Tests.Qa.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Api;

/// <summary>Traces go when their project's days are over: whole, and no other with them.</summary>
public abstract class RetentionTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<string> OpenAsync(string project)
    {
        var trace = Wire.NewTrace();
        trace["repo"]!["repo_id"] = project;
        trace["task"]!["labels"] = new System.Text.Json.Nodes.JsonArray("kept");
        var traceId = await _client.OpenTraceAsync(trace);
        Assert.Equal(HttpStatusCode.Accepted, (await _client.AppendAsync(traceId, Wire.Batch(1, 5))).Status);
        return traceId;
    }

    private async Task<string> FinishedAsync(string project)
    {
        var traceId = await OpenAsync(project);
        await _client.FinalizeAsync(traceId);
        await _client.WaitForQaAsync(traceId);
        return traceId;
    }

    private Task<int> RemoveAsync(int retentionDays, int daysLater)
    {
        var options = service.Part<Options>();
        var expired = new ExpiredTraces(
            service.Part<Database>(),
            options with
            {
                Keeping = options.Keeping with { RetentionDays = retentionDays },
            },
            new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(daysLater))
        );
        return expired.RemoveAsync(Ct);
    }

    private async Task<bool> IsThereAsync(string traceId) =>
        (await _client.GetAnswerAsync($"/traces/{traceId}")).Status == HttpStatusCode.OK;

    private Task<long> RowsAsync(string table, string traceId) =>
        service
            .Part<Database>()
            .ReadAsync(connection =>
                connection.ExecuteScalarAsync<long>(
                    $"select count(*) from {table} where trace_id = @id",
                    new { id = TraceId.TryParse(traceId, out var id) ? id.Stored() : [] }
                )
            );

    private Task<int> DoAsync(string sql, object? parameters = null) =>
        service.Part<Database>().WriteAsync(connection => connection.ExecuteAsync(sql, parameters), Ct);

    [Fact]
    public async Task Without_a_word_traces_are_kept_for_ever()
    {
        var traceId = await FinishedAsync("forever");

        Assert.Equal(0, await RemoveAsync(retentionDays: 0, daysLater: 90_000));

        Assert.True(await IsThereAsync(traceId));
    }

    [Fact]
    public async Task A_trace_goes_whole_after_its_days_and_not_before()
    {
        var finished = await FinishedAsync("p");
        var wasSealed = await FinishedAsync("p");
        var abandoned = await OpenAsync("p");
        Assert.True(TraceId.TryParse(wasSealed, out var id));
        Assert.True(await service.Part<TraceSealer>().SealAsync(id, Ct));

        Assert.Equal(0, await RemoveAsync(retentionDays: 30, daysLater: 29));
        Assert.True(await IsThereAsync(finished));
        Assert.True(await RemoveAsync(retentionDays: 30, daysLater: 31) >= 3);

        foreach (var traceId in new[] { finished, wasSealed, abandoned })
        {
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await _client.GetAnswerAsync($"/traces/{traceId}")).Status
            );
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await _client.AppendAsync(traceId, Wire.Batch(6, 1))).Status
            );
            foreach (var table in new[] { "traces", "events", "trace_labels", "qa_runs", "idempotency_keys" })
                Assert.Equal(0, await RowsAsync(table, traceId));
        }
    }

    [Fact]
    public async Task A_project_has_days_of_its_own()
    {
        var shortly = await FinishedAsync("shortly");
        var forever = await FinishedAsync("always");
        await DoAsync("insert into retention (project, keep_days) values ('shortly', 2), ('always', 0)");

        await RemoveAsync(retentionDays: 0, daysLater: 3);
        var other = await FinishedAsync("other");
        await RemoveAsync(retentionDays: 10, daysLater: 11);

        Assert.False(await IsThereAsync(shortly));
        Assert.True(await IsThereAsync(forever));
        Assert.False(await IsThereAsync(other));
        await DoAsync("delete from retention");
    }

    [Fact]
    public async Task A_trace_whose_QA_is_under_way_stays_until_it_has_ended()
    {
        var traceId = await FinishedAsync("busy");
        Assert.True(TraceId.TryParse(traceId, out var id));
        await DoAsync(
            "update qa_runs set state = 'run_judge', not_before_ms = @later where trace_id = @id",
            new { id = id.Stored(), later = long.MaxValue }
        );

        await RemoveAsync(retentionDays: 1, daysLater: 2);
        Assert.True(await IsThereAsync(traceId));
        await DoAsync("update qa_runs set state = 'done' where trace_id = @id", new { id = id.Stored() });
        await RemoveAsync(retentionDays: 1, daysLater: 2);

        Assert.False(await IsThereAsync(traceId));
    }

    [Fact]
    public async Task A_blob_that_two_traces_name_outlives_one_of_them()
    {
        var content = Guid.NewGuid().ToByteArray();
        var blobId = (await _client.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();
        await FinishedAsync("p");

        await RemoveAsync(retentionDays: 1, daysLater: 2);

        Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
    }
}
