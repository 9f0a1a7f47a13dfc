using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Pipeline;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Storage;
using Hangfire.InMemory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>
/// The queue loses jobs, brings them early or twice, or is away: the store knows what is to be done.
/// </summary>
public sealed class LostWorkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_the_queue_lost_is_swept_up()
    {
        await using var service = await QaService.StartAsync();
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());

        await service.FinalizeUnheardAsync(traceId);

        Assert.Equal("complete", (await service.Trace().EndAsync(traceId)).GetProperty("status").GetString());
        Assert.Single(await service.Trace().RunsAsync(traceId));
    }

    [Theory]
    [InlineData("run_tests")]
    [InlineData("run_judge")]
    [InlineData("finalize_qa")]
    public async Task A_job_that_died_at_a_step_goes_on_there_after_a_restart(string step)
    {
        await using var service = await QaService.StartAsync(configure: QaService.Unswept);
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());
        var job = await service.FinalizeUnheardAsync(traceId);
        var worker = service.Worker(TimeProvider.System);
        while ((await service.StandingAsync(job)).State != step)
            await worker.RunAsync(job, Ct);
        // A claim whose worker died with its process.
        Assert.NotNull(await service.Part<QaRuns>().ClaimAsync(job, HandDrivenWorkers.AnyLane.Steps, Ct));

        await service.StartAsync(options => QaService.Quick(options, "local"));
        var trace = await service.Trace().EndAsync(traceId);

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.True(trace.GetProperty("qa").GetProperty("tests").GetProperty("final_passed").GetBoolean());
        Assert.Equal(
            "done",
            Assert.Single(await service.Trace().RunsAsync(traceId)).GetProperty("state").GetString()
        );
    }

    [Fact]
    public async Task A_job_that_comes_before_its_commit_runs_nothing()
    {
        await using var service = await QaService.StartAsync(configure: QaService.Unswept);
        var early = Guid.CreateVersion7();

        await service.Worker(TimeProvider.System).RunAsync(early, Ct);
        service.Part<QaQueue>().Enqueue(early, QaStep.RunTests);

        Assert.Null(await service.Part<QaRuns>().ClaimAsync(early, HandDrivenWorkers.AnyLane.Steps, Ct));
        Assert.Equal(
            0,
            await service
                .Part<Database>()
                .ReadAsync(connection => connection.ExecuteScalarAsync<long>("select count(*) from qa_runs"))
        );
    }

    [Fact]
    public async Task A_broker_that_is_away_is_no_error_of_who_queues()
    {
        using var queue = HandDrivenWorkers.QueueWithoutBroker();

        queue.Enqueue(Guid.CreateVersion7(), QaStep.RunTests);
        queue.Enqueue(Guid.CreateVersion7(), QaStep.RunJudge, TimeSpan.FromSeconds(1));

        await queue.StopAsync(Ct);
        Assert.Null(queue.Length(QaLane.Tests));
        Assert.True(queue.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Sweeps_fill_the_queue_up_and_never_beyond()
    {
        await using var service = await QaService.StartAsync(configure: QaService.Unswept);
        for (var i = 0; i < 3; i++)
            await service.FinalizeUnheardAsync(await service.Trace().RecordAsync(Recording.WrongSum()));
        // A queue that no worker takes from.
        var (_, queue) = HandDrivenWorkers.QueueOver(new InMemoryStorage());
        for (var i = 0; i < 999; i++)
            queue.Enqueue(Guid.CreateVersion7(), QaStep.RunTests);
        while (queue.Length(QaLane.Tests) is not 999)
            await Task.Delay(10, Ct);
        using var sweeper = new QaSweeper(
            service.Part<QaRuns>(),
            queue,
            new QaOptions { SweepSeconds = 1 },
            TimeProvider.System,
            NullLogger<QaSweeper>.Instance
        );

        await sweeper.StartAsync(Ct);
        await Task.Delay(TimeSpan.FromSeconds(2.5), Ct);
        await sweeper.StopAsync(Ct);

        Assert.Equal(1000, queue.Length(QaLane.Tests));
        Assert.Equal(0, queue.Length(QaLane.Judging));
    }

    [Fact]
    public async Task Of_finalizes_that_race_one_starts_a_QA()
    {
        await using var service = await QaService.StartAsync();
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    service.Client.PostAsJsonAsync(
                        $"/traces/{traceId}/finalize",
                        new JsonObject { ["final_state"] = new JsonObject() },
                        Ct
                    )
                )
        );

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        await service.Trace().EndAsync(traceId);
        Assert.Single(await service.Trace().RunsAsync(traceId));
    }
}
