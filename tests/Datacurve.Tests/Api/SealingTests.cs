using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Server.Storage.Sealing;
using Datacurve.Server.Upkeep;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Api;

/// <summary>A sealed trace is read, retried and judged as one that is not, and its rows are gone.</summary>
public abstract class SealingTests(ServiceUnderTest service)
{
    private readonly HttpClient _client = service.Client;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TraceId Id(string traceId) =>
        TraceId.TryParse(traceId, out var id) ? id : throw new InvalidOperationException(traceId);

    private async Task<string> FinishedAsync(params IEnumerable<JsonObject> batches)
    {
        var traceId = await _client.OpenTraceAsync();
        foreach (var batch in batches)
            Assert.Equal(HttpStatusCode.Accepted, (await _client.AppendAsync(traceId, batch)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _client.FinalizeAsync(traceId)).Status);
        await _client.WaitForQaAsync(traceId);
        return traceId;
    }

    private Task<bool> SealAsync(string traceId) => service.Part<TraceSealer>().SealAsync(Id(traceId), Ct);

    private Task<T> AskAsync<T>(string sql, string traceId) =>
        service
            .Part<Database>()
            .ReadAsync(connection =>
                connection.QuerySingleAsync<T>(sql, new { traceId = Id(traceId).Stored() })
            );

    private Task<long> RowsAsync(string traceId) =>
        AskAsync<long>("select count(*) from events where trace_id = @traceId", traceId);

    private async Task<BlobId> BlobAsync(string traceId) =>
        BlobId.FromHash(
            await AskAsync<byte[]>("select sealed_hash from traces where trace_id = @traceId", traceId)
        );

    private Task<int> DoAsync(string sql, object parameters) =>
        service.Part<Database>().WriteAsync(connection => connection.ExecuteAsync(sql, parameters), Ct);

    private async Task<List<string>> FindAsync(string traceId)
    {
        var traces = new TraceRows(service.Part<Database>(), service.Part<EventReader>());
        return await traces
            .FindAsync(Ct)
            .Select(finding => finding.Text)
            .Where(text => text.Contains(traceId, StringComparison.Ordinal))
            .ToListAsync(Ct);
    }

    private TraceSealer SealerOver(IBlobStore blobs) =>
        new(
            service.Part<Database>(),
            new EventReader(service.Part<Database>(), blobs),
            blobs,
            service.Part<Options>(),
            TimeProvider.System
        );

    [Fact]
    public async Task Every_way_to_read_gives_the_same_before_and_after()
    {
        var pretty = Wire.Batch(61, 30).ToJsonString(new() { WriteIndented = true });
        var traceId = await FinishedAsync(Wire.Batch(1, 50), JsonNode.Parse(pretty)!.AsObject());
        string[] paths =
        [
            "",
            "?include_events=false",
            "/events",
            "/events?after_seq=20&limit=7",
            "/events?after_seq=50&limit=1",
            "/events?after_seq=90",
            "/events/stream",
            "/events/stream?after_seq=70",
            "/qa",
        ];
        async Task<List<string>> ReadAsync()
        {
            var read = new List<string>();
            foreach (var path in paths)
                read.Add((await _client.GetAnswerAsync($"/traces/{traceId}{path}")).Text);
            var lines = await _client.SendAsync(
                HttpMethod.Get,
                $"/traces/{traceId}/events?after_seq=33",
                null,
                ("Accept", "application/x-ndjson")
            );
            read.Add(lines.Text);
            return read;
        }

        var before = await ReadAsync();
        var wasSealed = await SealAsync(traceId);
        var after = await ReadAsync();

        Assert.True(wasSealed);
        Assert.Equal(0, await RowsAsync(traceId));
        Assert.Equal(before, after);
        Assert.Empty(await FindAsync(traceId));
        Assert.False(await SealAsync(traceId));
    }

    [Fact]
    public async Task A_sealed_trace_is_compressed_once_and_far_smaller_than_its_events()
    {
        var traceId = await FinishedAsync(
            Enumerable.Range(0, 20).Select(i => Wire.Batch((i * 100) + 1, 100))
        );
        var events = (await _client.GetAnswerAsync($"/traces/{traceId}/events?limit=10000")).Body.Length;

        await SealAsync(traceId);

        var blobId = await BlobAsync(traceId);
        // As it is, under its own name: the file is what zstd reads.
        var file = new FileInfo(
            Path.Combine(service.Folder, "blobs", "sha256", blobId.Hash[..2], blobId.Hash)
        );
        Assert.True(file.Exists, $"{file} does not exist");
        Assert.InRange(file.Length, 1, events / 5);
        // It is read as its trace is, and by no hash.
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAnswerAsync($"/blobs/{blobId}")).Status);
    }

    [Fact]
    public async Task A_retry_of_what_it_took_is_recognized_and_anything_else_is_a_conflict()
    {
        var batch = Wire.Batch(1, 20);
        var traceId = await FinishedAsync(batch);
        await SealAsync(traceId);

        var again = await _client.AppendAsync(traceId, batch);
        var more = await _client.AppendAsync(traceId, Wire.Batch(21, 1));
        var other = await _client.AppendAsync(traceId, Wire.Batch(1, 20));
        var finalize = await _client.FinalizeAsync(traceId);

        Assert.Equal("""{"accepted":20,"seq_high":20,"duplicates":20}""", again.Text);
        foreach (var sent in batch["events"]!.AsArray())
            sent!["event_id"] = sent["event_id"]!.GetValue<string>().ToUpperInvariant();
        Assert.Equal(again.Text, (await _client.AppendAsync(traceId, batch)).Text);
        more.AssertProblem(HttpStatusCode.Conflict);
        other.AssertProblem(HttpStatusCode.Conflict);
        finalize.AssertProblem(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task QA_of_a_sealed_trace_runs_again()
    {
        var traceId = await FinishedAsync(Wire.Batch(1, 20));
        await SealAsync(traceId);

        var started = await _client.SendAsync(HttpMethod.Post, $"/traces/{traceId}/qa");
        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        JsonArray runs;
        do
        {
            await Task.Delay(50, Ct);
            runs = (await _client.GetAnswerAsync($"/traces/{traceId}/qa")).Json["qa_runs"]!.AsArray();
        } while (runs[0]!["state"]!.GetValue<string>() is not ("done" or "failed"));

        Assert.Equal(2, runs.Count);
        Assert.Equal("done", runs[0]!["state"]!.GetValue<string>());
        Assert.Equal(runs[1]!["qa"]!["judge"]!.ToJsonString(), runs[0]!["qa"]!["judge"]!.ToJsonString());
    }

    [Fact]
    public async Task A_trace_that_is_collecting_or_empty_is_not_sealed()
    {
        var collecting = await _client.OpenTraceAsync();
        await _client.AppendAsync(collecting, Wire.Batch(1, 3));
        var empty = await FinishedAsync();

        Assert.False(await SealAsync(collecting));
        Assert.False(await SealAsync(empty));
        Assert.False(await SealAsync(Guid.CreateVersion7().ToString()));
        Assert.Equal(3, await RowsAsync(collecting));
    }

    [Fact]
    public async Task Sealers_at_once_and_readers_meanwhile_see_every_event_once()
    {
        for (var round = 0; round < 5; round++)
        {
            var batches = Enumerable.Range(0, 12).Select(i => Wire.Batch(i * 100 + 1, 100)).ToList();
            var traceId = await FinishedAsync(batches);
            async Task<List<long>> ReadAsync() =>
                await service
                    .Part<EventReader>()
                    .ReadAsync(Id(traceId), 0, long.MaxValue, Ct)
                    .Select(
                        async (StoredEvent stored, CancellationToken _) =>
                        {
                            // Slow, so that the trace is sealed under it.
                            if (stored.Seq % 200 == 0)
                                await Task.Delay(5, Ct);
                            return stored.Seq;
                        }
                    )
                    .ToListAsync(Ct);

            var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(ReadAsync)).ToList();
            var sealing = Enumerable.Range(0, 3).Select(_ => Task.Run(() => SealAsync(traceId))).ToList();

            Assert.Single(await Task.WhenAll(sealing), won => won);
            foreach (var seqs in await Task.WhenAll(reading))
                Assert.Equal(Enumerable.Range(1, 1200).Select(seq => (long)seq), seqs);
            Assert.Equal(0, await RowsAsync(traceId));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sealer_that_dies_around_its_blob_leaves_the_rows_and_another_finishes(bool afterPut)
    {
        var traceId = await FinishedAsync(Wire.Batch(1, 40));
        var document = (await _client.GetAnswerAsync($"/traces/{traceId}")).Text;
        var dying = SealerOver(new DyingBlobStore(service.Part<BlobStore>(), afterPut));

        await Assert.ThrowsAsync<IOException>(() => dying.SealAsync(Id(traceId), Ct));

        Assert.Equal(40, await RowsAsync(traceId));
        Assert.Equal(document, (await _client.GetAnswerAsync($"/traces/{traceId}")).Text);
        Assert.True(await SealAsync(traceId));
        Assert.Equal(document, (await _client.GetAnswerAsync($"/traces/{traceId}")).Text);
        Assert.Empty(await FindAsync(traceId));
    }

    [Fact]
    public async Task What_a_store_gives_back_differently_is_not_trusted_and_the_rows_stay()
    {
        var traceId = await FinishedAsync(Wire.Batch(1, 40));
        var other = await FinishedAsync(Wire.Batch(1, 40));
        await SealAsync(other);
        var confused = SealerOver(
            new DyingBlobStore(service.Part<BlobStore>(), afterPut: false)
            {
                Instead = await BlobAsync(other),
            }
        );

        await Assert.ThrowsAsync<SealedTraceException>(() => confused.SealAsync(Id(traceId), Ct));

        Assert.Equal(40, await RowsAsync(traceId));
    }

    [Fact]
    public async Task Fsck_finds_rows_beside_a_seal_a_wrong_head_and_another_traces_blob()
    {
        var traceId = await FinishedAsync(Wire.Batch(1, 10));
        var other = await FinishedAsync(Wire.Batch(1, 11));
        await SealAsync(traceId);
        await SealAsync(other);
        var id = Id(traceId).Stored();
        Assert.Empty(await FindAsync(traceId));

        await DoAsync(
            "insert into events (trace_id, seq, event_id, body) values (@id, 3, @id, @id)",
            new { id }
        );
        Assert.EndsWith("and has 1 row", Assert.Single(await FindAsync(traceId)), StringComparison.Ordinal);
        await DoAsync("delete from events where trace_id = @id", new { id });
        await DoAsync("update traces set seq_last = 9 where trace_id = @id", new { id });
        Assert.Contains(
            "ends at 10 and not at 9",
            Assert.Single(await FindAsync(traceId)),
            StringComparison.Ordinal
        );
        await DoAsync(
            "update traces set seq_last = 10, sealed_hash = @hash where trace_id = @id",
            new { id, hash = (await BlobAsync(other)).Stored() }
        );
        Assert.Contains(
            "the chain's head",
            Assert.Single(await FindAsync(traceId)),
            StringComparison.Ordinal
        );
        await DoAsync(
            "update traces set sealed_hash = @hash where trace_id = @id",
            new { id, hash = BlobId.Of([1, 2, 3]).Stored() }
        );
        Assert.Contains("is not held", Assert.Single(await FindAsync(traceId)), StringComparison.Ordinal);
        await DoAsync("delete from traces where trace_id = @id", new { id });
    }
}
