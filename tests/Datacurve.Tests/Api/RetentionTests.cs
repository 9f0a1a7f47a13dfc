using System.Net;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Erasing;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Qa.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Api;

/// <summary>Traces go when their project's days are over: whole, and no other with them.</summary>
public abstract class RetentionTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<string> OpenAsync()
    {
        var trace = Wire.NewTrace();
        trace["task"]!["labels"] = new System.Text.Json.Nodes.JsonArray("kept");
        var traceId = await _client.OpenTraceAsync(trace);
        Assert.Equal(HttpStatusCode.Accepted, (await _client.AppendAsync(traceId, Wire.Batch(1, 5))).Status);
        return traceId;
    }

    private async Task<string> FinishedAsync()
    {
        var traceId = await OpenAsync();
        await _client.FinalizeAsync(traceId);
        await _client.WaitForQaAsync(traceId);
        return traceId;
    }

    private static byte[] ProjectOf(byte number) => [.. new byte[15], number];

    private async Task<string> InProjectAsync(byte number)
    {
        var traceId = await FinishedAsync();
        Assert.True(TraceId.TryParse(traceId, out var id));
        await DoAsync(
            "update traces set project_id = @project where trace_id = @id",
            new { project = ProjectOf(number), id = id.Stored() }
        );
        return traceId;
    }

    private async Task<int> RemoveAsync(int retentionDays, int daysLater)
    {
        var options = service.Part<Options>();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(daysLater));
        var expired = new ExpiredTraces(
            service.Part<Database>(),
            new Erasures(service.Part<Database>(), time),
            options with
            {
                Keeping = options.Keeping with { RetentionDays = retentionDays },
            },
            time,
            NullLogger<ExpiredTraces>.Instance
        );
        var removed = await expired.RemoveAsync(Ct);
        await service.Part<TraceEraser>().RunAsync(Ct);
        return removed;
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
        var traceId = await FinishedAsync();

        Assert.Equal(0, await RemoveAsync(retentionDays: 0, daysLater: 90_000));

        Assert.True(await IsThereAsync(traceId));
    }

    [Fact]
    public async Task A_trace_goes_whole_after_its_days_and_not_before()
    {
        var finished = await FinishedAsync();
        var wasSealed = await FinishedAsync();
        var abandoned = await OpenAsync();
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
        var (shortly, always, other) = (
            await InProjectAsync(1),
            await InProjectAsync(2),
            await FinishedAsync()
        );
        await DoAsync(
            "insert into retention (project_id, keep_days) values (@shortly, 2), (@always, 0)",
            new { shortly = ProjectOf(1), always = ProjectOf(2) }
        );

        await RemoveAsync(retentionDays: 0, daysLater: 3);
        Assert.Equal(0, await RowsAsync("traces", shortly));
        Assert.Equal(1, await RowsAsync("traces", other));
        await RemoveAsync(retentionDays: 10, daysLater: 11);

        Assert.Equal(1, await RowsAsync("traces", always));
        Assert.Equal(0, await RowsAsync("traces", other));
        await DoAsync("delete from retention");
    }

    [Fact]
    public async Task A_trace_whose_QA_is_under_way_stays_until_it_has_ended()
    {
        var traceId = await FinishedAsync();
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
    public async Task What_a_sealed_trace_names_is_collected_when_the_last_trace_that_names_it_has_gone()
    {
        var content = Guid.NewGuid().ToByteArray();
        var blobId = (await _client.UploadAsync(content)).Json["blob_id"]!.GetValue<string>();
        var traceIds = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var traceId = await OpenAsync();
            await _client.AppendAsync(traceId, Wire.Batch(Wire.Event(6, blobId)));
            await _client.FinalizeAsync(traceId);
            await _client.WaitForQaAsync(traceId);
            Assert.True(TraceId.TryParse(traceId, out var id));
            Assert.True(await service.Part<TraceSealer>().SealAsync(id, Ct));
            traceIds.Add(traceId);
        }

        await CollectAsync();
        Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
        Assert.Equal(6, (await _client.GetTraceAsync(traceIds[0]))["events"]!.AsArray().Count);
        await DoAsync(
            "update traces set finalized_at_ms = 1, created_at_ms = 1 where trace_id = @id",
            IdOf(0)
        );
        Assert.Equal(1, await RemoveAsync(retentionDays: 1, daysLater: 0));
        await CollectAsync();
        Assert.Equal(content, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Body);
        Assert.Equal(6, (await _client.GetTraceAsync(traceIds[1]))["events"]!.AsArray().Count);
        await DoAsync(
            "update traces set finalized_at_ms = 1, created_at_ms = 1 where trace_id = @id",
            IdOf(1)
        );
        Assert.Equal(1, await RemoveAsync(retentionDays: 1, daysLater: 0));
        await CollectAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Status);

        object IdOf(int i) => new { id = TraceId.TryParse(traceIds[i], out var id) ? id.Stored() : [] };
    }

    /// <summary>Marks, then removes, everything that nothing names now.</summary>
    private async Task CollectAsync()
    {
        var collector = new BlobCollector(
            service.Part<BlobStore>(),
            service.Part<BlobReferences>(),
            TimeSpan.Zero,
            TimeProvider.System
        );
        for (var run = 0; run < 2; run++)
        {
            await Task.Delay(5, Ct);
            await collector.RunAsync(dryRun: false, progress: null, Ct);
        }
    }
}
