using System.Text.Json;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Queues;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Conformance;

/// <summary>
/// What every broker has to do, and what it may do: lose everything, at any moment, without a trace that is
/// lost or that completes twice.
/// </summary>
public abstract class QueueConformance : IAsyncLifetime
{
    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected ServiceUnderTest Service { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => Service = await NewServiceAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A service that is not started yet, on the store that goes with the broker.</summary>
    private protected abstract Task<ServiceUnderTest> NewServiceAsync();

    private protected abstract Options OnBroker(Options options);

    /// <summary>Everything that the broker holds goes.</summary>
    private protected abstract Task EmptyAsync();

    private protected Task StartAsync(Func<Options, Options>? configure = null) =>
        Service.StartAsync(options =>
        {
            var quick = OnBroker(QaService.Quick(options, "local"));
            return configure?.Invoke(quick) ?? quick;
        });

    [Fact]
    public async Task A_finalize_reaches_the_workers_at_once_and_step_follows_step()
    {
        await StartAsync(QaService.Unswept);
        await ReachedAsync();

        var trace = await Service.Trace().ProveAsync(Recording.OfWrongSum());

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        await AssertCompleteOnceAsync([trace.GetProperty("trace_id").GetString()!]);
    }

    [Fact]
    public async Task A_step_that_is_to_be_tried_again_waits_its_time_and_comes()
    {
        await StartAsync(QaService.Unswept);
        await ReachedAsync();
        var traceId = await Service.Trace().RecordAsync(Recording.OfWrongSum());
        var job = await Service.FinalizeUnheardAsync(traceId);

        Service.Part<QaQueue>().Enqueue(job, QaStep.RunTests, TimeSpan.FromSeconds(1));

        await Service.Trace().EndAsync(traceId);
        await AssertCompleteOnceAsync([traceId]);
    }

    [Fact]
    public async Task Judging_does_not_wait_behind_tests()
    {
        await StartAsync(options =>
            QaService.Unswept(options) with
            {
                Qa = QaService.Unswept(options).Qa with { TestWorkers = 1 },
            }
        );
        await ReachedAsync();
        var tested = await Service.Trace().RecordAsync(Recording.OfWrongSum());
        var job = await Service.FinalizeUnheardAsync(tested);
        // On a machine with much else to do a step may be one to be tried again, and nothing sweeps here.
        do await Service.Worker(TimeProvider.System).RunAsync(job, Ct);
        while (await StepAsync(tested) == QaStep.RunTests);
        var testing = await Service
            .Trace()
            .RecordAsync(
                Recording.OfWrongSum(),
                body => body["environment"]!["test"]!["command"] = $"sleep 4 && {Recording.Unittest}"
            );
        await Service.Trace().FinalizeAsync(testing);
        await Service.Trace().ReachAsync(testing, "run_tests", "running the tests");

        Service.Part<QaQueue>().Enqueue(job, QaStep.RunJudge);
        await Service.Trace().EndAsync(tested);

        Assert.Equal(QaStep.RunTests, await StepAsync(testing));
        await Service.Trace().EndAsync(testing);
        await AssertCompleteOnceAsync([tested, testing]);
    }

    [Fact]
    public async Task What_a_broker_forgot_before_a_worker_came_is_swept_up()
    {
        await StartAsync(options => options with { Roles = new Roles(Api: true, Worker: false) });
        await ReachedAsync();
        var traceIds = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            traceIds.Add(await Service.Trace().RecordAsync(Recording.OfWrongSum()));
            await Service.Trace().FinalizeAsync(traceIds[^1]);
        }
        while (Service.Part<QaQueue>().Length(QaLane.Tests) is not 3)
            await Task.Delay(20, Ct);

        await EmptyAsync();
        await StartAsync();

        await AssertCompleteOnceAsync(traceIds);
    }

    [Fact]
    public async Task Emptied_again_and_again_it_loses_no_trace_and_completes_none_twice()
    {
        await StartAsync();
        await ReachedAsync();
        var traceIds = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            traceIds.Add(await Service.Trace().RecordAsync(Recording.OfWrongSum()));
            await Service.Trace().FinalizeAsync(traceIds[^1]);
            await EmptyAsync();
        }
        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(Random.Shared.Next(400), Ct);
            await EmptyAsync();
        }

        await AssertCompleteOnceAsync(traceIds);
    }

    /// <summary>The step that is next for the trace, or null where its QA has ended.</summary>
    private async Task<string?> StepAsync(string traceId) =>
        (await Service.Trace().TraceAsync(traceId)).TryGetProperty("qa_progress", out var progress)
            ? progress.GetProperty("step").GetString()
            : null;

    private protected async Task ReachedAsync() => await Service.Part<QaBroker>().ReachedAsync(Ct);

    /// <summary>Every trace completes, with one QA, whose result is that of one run of each step.</summary>
    private protected async Task AssertCompleteOnceAsync(IEnumerable<string> traceIds)
    {
        foreach (var traceId in traceIds)
        {
            var trace = await Service.Trace().EndAsync(traceId);
            Assert.Equal("complete", trace.GetProperty("status").GetString());
            var run = Assert.Single(await Service.Trace().RunsAsync(traceId));
            Assert.Equal("done", run.GetProperty("state").GetString());
            var tests = run.GetProperty("qa").GetProperty("tests");
            Assert.True(tests.GetProperty("final_passed").GetBoolean());
            Assert.Equal(2, tests.GetProperty("invocations").GetArrayLength());
        }
    }
}
