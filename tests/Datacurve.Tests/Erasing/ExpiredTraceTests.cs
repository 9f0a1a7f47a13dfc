using System.Net;
using Dapper;
using Datacurve.Server.Erasing;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Upkeep;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datacurve.Tests.Erasing;

/// <summary>What a project keeps no longer is nowhere in the store, as what was erased.</summary>
public sealed class ExpiredTraceTests
{
    public static TheoryData<string, string> Kinds => StoreRig.Kinds;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_a_trace_that_has_expired_no_byte_is_left(string engine, string medium)
    {
        var marked = new MarkedTrace();
        await using var rig = await ErasureRig.StartAsync(engine, medium);
        var client = new TraceClient(rig.Client);
        var traceId = await marked.RecordAsync(client);
        await client.EndAsync(traceId);
        await rig.SealedAsync(traceId);
        string[] words = [.. marked.Words.Where(word => word != marked["judged"])];
        Assert.Equal(words.Length, (await rig.Store.FindAsync(words)).Count);

        await rig.AgeAsync();
        await rig.ExecuteAsync("update traces set created_at_ms = 1, finalized_at_ms = 1");
        await rig.RestartAsync(options =>
            options with
            {
                Keeping = options.Keeping with { RetentionDays = 1 },
            }
        );
        while (await CountAsync(rig, "select count(*) from erasures where state = 'done'") == 0)
            await Task.Delay(50, Ct);
        await rig.Part<MachineLeftovers>().SweepAsync(Ct);

        Assert.Empty(await rig.Store.FindAsync(words));
        Assert.DoesNotContain(await rig.FsckAsync(), finding => !finding.Informative);
        // It is unknown, and no erasure that somebody asked for.
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete])
            (await rig.Client.SendAsync(method, $"/traces/{traceId}")).AssertProblem(HttpStatusCode.NotFound);
        Assert.Empty((await rig.Client.GetAnswerAsync("/admin/erasures")).Json["erasures"]!.AsArray());
        var acts = (await rig.Client.GetAnswerAsync($"/admin/audit?trace_id={traceId}")).Json["acts"]!;
        var act = Assert.Single(acts.AsArray(), act => act!["action"]!.ToString() == "erasure_begun")!;
        Assert.Equal(("retention", "expired"), (act["caller"]!.ToString(), act["subject"]!.ToString()));
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task The_key_of_a_trace_that_has_expired_opens_another(string engine)
    {
        await using var rig = await ErasureRig.StartAsync(engine, "files");
        var (body, key) = (Wire.NewTrace().ToJsonString(), ("Idempotency-Key", "once"));
        var first = await rig.Client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), key);
        await rig.ExecuteAsync("update traces set created_at_ms = 1");
        var keeping = rig.Part<Server.Options>().Keeping with { RetentionDays = 1 };
        var expired = new ExpiredTraces(
            rig.Database,
            rig.Part<Erasures>(),
            rig.Part<Server.Options>() with
            {
                Keeping = keeping,
            },
            TimeProvider.System,
            NullLogger<ExpiredTraces>.Instance
        );

        Assert.Equal(1, await expired.RemoveAsync(Ct));
        var second = await rig.Client.SendAsync(HttpMethod.Post, "/traces", Wire.Json(body), key);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.NotEqual(first.Json["trace_id"]!.ToString(), second.Json["trace_id"]!.ToString());
    }

    private static Task<long> CountAsync(ErasureRig rig, string sql) =>
        rig.Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(sql));
}
