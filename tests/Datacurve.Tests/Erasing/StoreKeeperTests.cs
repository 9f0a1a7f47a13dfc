using Dapper;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>What fails in keeping the store small holds up nothing else of it.</summary>
public sealed class StoreKeeperTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failing_look_for_what_has_expired_holds_up_no_sealing()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        await rig.ExecuteAsync("alter table retention rename to retention_away");

        var traceId = await FinishedAsync(rig);

        await rig.SealedAsync(traceId);
    }

    [Fact]
    public async Task A_trace_that_cannot_be_removed_holds_up_no_other()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var (stuck, other) = (await FinishedAsync(rig), await FinishedAsync(rig));
        await rig.ExecuteAsync(
            $"""
            update traces set created_at_ms = 1, finalized_at_ms = 1;
            create trigger stuck before update of project_id on traces
            when old.trace_id = x'{Guid.Parse(stuck):N}' begin select raise(abort, 'stuck'); end;
            """
        );

        await rig.RestartAsync(options =>
            options with
            {
                Keeping = options.Keeping with { RetentionDays = 1 },
            }
        );

        while (await CountAsync(rig, other) > 0)
            await Task.Delay(50, Ct);
        await rig.SealedAsync(stuck);
        Assert.Equal(1, await CountAsync(rig, stuck));
    }

    private static async Task<string> FinishedAsync(ErasureRig rig)
    {
        var traceId = await rig.Client.OpenTraceAsync();
        await rig.Client.AppendAsync(traceId, Wire.Batch(1, 5));
        await rig.Client.FinalizeAsync(traceId);
        await rig.Client.WaitForQaAsync(traceId);
        return traceId;
    }

    private static Task<long> CountAsync(ErasureRig rig, string traceId) =>
        rig.Database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long>(
                $"select count(*) from traces where trace_id = x'{Guid.Parse(traceId):N}'"
            )
        );
}
