using System.Net;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Erasing;

/// <summary>An erasure that fails is tried again, and the others do not wait for it.</summary>
public sealed class StuckErasureTests
{
    [Fact]
    public async Task A_trace_whose_rows_cannot_be_deleted_holds_up_no_other_erasure()
    {
        await using var rig = await ErasureRig.StartAsync("sqlite", "files");
        var stuck = await rig.Client.OpenTraceAsync();
        var other = await rig.Client.OpenTraceAsync();
        await rig.ExecuteAsync(
            $"""
            create trigger stuck before delete on traces
            when old.trace_id = x'{Guid.Parse(stuck):N}' begin select raise(abort, 'stuck'); end;
            """
        );

        foreach (var traceId in (string[])[stuck, other])
            Assert.Equal(HttpStatusCode.Accepted, (await rig.EraseAsync(traceId)).Status);

        await rig.DoneAsync(other);
        Assert.Equal("erasing", (await rig.StoneAsync(stuck))["state"]!.ToString());
        await rig.ExecuteAsync("drop trigger stuck");
        await rig.DoneAsync(stuck);
    }
}
