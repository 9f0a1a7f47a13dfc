using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Tests.Qa.Judges;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>Several workers at one job: one result, and it is that of the last claim.</summary>
public sealed class FencingTests
{
    // Long past any lease.
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_workers_that_claim_at_the_same_time_one_runs_the_step()
    {
        await using var service = await QaService.StartAsync(configure: QaService.Unswept);
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());
        var job = await service.FinalizeUnheardAsync(traceId);

        await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => service.Worker(TimeProvider.System).RunAsync(job, Ct))
        );

        Assert.Equal((1, "run_judge"), await service.StandingAsync(job));
        var run = Assert.Single(await service.Trace().RunsAsync(traceId));
        Assert.Equal(
            2,
            run.GetProperty("qa").GetProperty("tests").GetProperty("invocations").GetArrayLength()
        );
    }

    [Fact]
    public async Task A_worker_whose_lease_ran_out_cannot_write_over_its_successor()
    {
        var late = new TaskCompletionSource<IResult>();
        await using var model = await ModelServer.StartAsync(
            _ => late.Task,
            _ => Task.FromResult(ModelServer.OpenAi(ModelServer.Verdict(4).ToJsonString()))
        );
        await using var service = await QaService.StartAsync(configure: options =>
            FindingsTests.Judged(QaService.Unswept(options), model)
        );
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());
        var job = await service.FinalizeUnheardAsync(traceId);
        // A clock that stands still: the claim is never renewed.
        var stale = service.Worker(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var successor = service.Worker(new FakeTimeProvider(TimeProvider.System.GetUtcNow() + Late));
        await stale.RunAsync(job, Ct);
        var judging = stale.RunAsync(job, Ct);
        while (model.Requests.IsEmpty)
            await Task.Delay(10, Ct);

        await successor.RunAsync(job, Ct);
        await successor.RunAsync(job, Ct);
        late.SetResult(ModelServer.OpenAi(ModelServer.Verdict(1).ToJsonString()));
        await judging;

        var trace = await service.Trace().TraceAsync(traceId);
        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.Equal(4.0, trace.GetProperty("qa").GetProperty("judge").GetProperty("overall").GetDouble());
        Assert.Equal((4, "done"), await service.StandingAsync(job));
    }

    [Fact]
    public async Task A_worker_that_lost_its_claim_leaves_its_successors_workspaces_alone()
    {
        await using var service = await QaService.StartAsync(configure: QaService.Unswept);
        var traceId = await service
            .Trace()
            .RecordAsync(
                Recording.OfWrongSum(),
                body => body["environment"]!["test"]!["command"] = $"sleep 1 && {Recording.Unittest}"
            );
        var job = await service.FinalizeUnheardAsync(traceId);
        var stale = service.Worker(new FakeTimeProvider(TimeProvider.System.GetUtcNow())).RunAsync(job, Ct);
        // Its first run is in the sandbox, where it will not miss its folder until it has to pack the second.
        while (LocalProcesses.Find(LocalProcesses.Mark(job)).Count == 0)
            await Task.Delay(10, Ct);

        await service.Worker(new FakeTimeProvider(TimeProvider.System.GetUtcNow() + Late)).RunAsync(job, Ct);
        await stale;

        Assert.Equal((2, "run_judge"), await service.StandingAsync(job));
        var run = Assert.Single(await service.Trace().RunsAsync(traceId));
        Assert.True(run.GetProperty("qa").GetProperty("tests").GetProperty("final_passed").GetBoolean());
        Assert.Equal(0, QaService.WorkspacesLeft(service.Folder));
    }
}
