using System.Net;
using System.Text.Json;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Qa;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Pipeline;
using Datacurve.Server.Storage;
using Datacurve.Tests.Qa.Judges;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>What lies in the machine is tried again and then told, never a result about the trace.</summary>
public sealed class PoisonJobTests
{
    private static string NoEngine =>
        "unix://" + Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}.sock");

    [Fact]
    public async Task Without_an_engine_a_trace_fails_after_its_attempts_and_completes_when_it_is_well()
    {
        await using var service = await QaService.StartAsync(configure: WithoutEngine);

        var failed = await service.Trace().ProveAsync(Recording.OfWrongSum());

        AssertFailed(failed, "the container engine at unix://");
        var traceId = failed.GetProperty("trace_id").GetString()!;
        await service.StartAsync(options => QaService.Quick(options, "local"));
        var started = await service.Trace().RerunAsync(traceId);
        var trace = await service.Trace().EndAsync(traceId);
        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, trace.GetProperty("qa").GetProperty("error").ValueKind);
        var runs = await service.Trace().RunsAsync(traceId);
        Assert.Equal(["done", "failed"], runs.Select(run => run.GetProperty("state").GetString()));
        Assert.Equal(started.GetProperty("qa_job_id").GetGuid(), runs[0].GetProperty("qa_job_id").GetGuid());
        Assert.Contains("container engine", runs[1].GetProperty("qa").GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_complete_trace_stays_complete_where_a_later_QA_cannot_run()
    {
        await using var service = await QaService.StartAsync();
        var complete = await service.Trace().ProveAsync(Recording.OfWrongSum());
        var traceId = complete.GetProperty("trace_id").GetString()!;
        await service.StartAsync(options => WithoutEngine(QaService.Quick(options, "docker")));

        await service.Trace().RerunAsync(traceId);
        var trace = await service.Trace().EndAsync(traceId);

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.Equal(complete.GetProperty("qa").ToString(), trace.GetProperty("qa").ToString());
        var runs = await service.Trace().RunsAsync(traceId);
        Assert.Equal(["failed", "done"], runs.Select(run => run.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task An_image_that_is_missing_is_the_machines_fault_and_named()
    {
        await using var service = await QaService.StartAsync(
            "docker",
            options =>
                Twice(options) with
                {
                    Tests = options.Tests with { BaseImage = "127.0.0.1:1/datacurve/absent:1" },
                }
        );

        var trace = await service.Trace().ProveAsync(Recording.OfWrongSum());

        AssertFailed(trace, "127.0.0.1:1/datacurve/absent:1");
    }

    [Fact]
    public async Task A_trace_with_more_events_than_may_be_read_fails_at_once_and_says_why()
    {
        await using var service = await QaService.StartAsync(configure: options =>
            options with
            {
                Qa = options.Qa with { EventBytesMax = 500, BackoffSeconds = 3600 },
            }
        );

        var failed = await service.Trace().ProveAsync(Recording.OfWrongSum());

        AssertFailed(failed, "over 500 bytes, more than QA_EVENT_BYTES_MAX");
        var traceId = failed.GetProperty("trace_id").GetString()!;
        await service.StartAsync(options => QaService.Quick(options, "local"));
        await service.Trace().RerunAsync(traceId);
        var trace = await service.Trace().EndAsync(traceId);
        Assert.Equal("complete", trace.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_ends_in_a_sentence_that_points_to_the_log()
    {
        // Nobody works on it before it is broken.
        await using var service = await QaService.StartAsync(configure: options =>
            options with
            {
                Roles = new Roles(Api: true, Worker: false),
            }
        );
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());
        Assert.True(TraceId.TryParse(traceId, out var id));
        var job = await service.Trace().FinalizeAsync(traceId);
        await service
            .Part<Database>()
            .WriteAsync(
                connection =>
                    connection.ExecuteAsync(
                        "update traces set final_state = @broken where trace_id = @traceId",
                        new { broken = "[\"secret\"]"u8.ToArray(), traceId = id.Stored() }
                    ),
                CancellationToken.None
            );

        await service.StartAsync(options => Twice(QaService.Quick(options, "local")));
        var trace = await service.Trace().EndAsync(traceId);

        AssertFailed(trace, $"run_tests met an unexpected JsonException; see the server's log of QA {job}");
    }

    [Fact]
    public async Task Bytes_that_rot_on_disk_are_the_machines_fault_until_they_are_uploaded_again()
    {
        await using var service = await QaService.StartAsync(configure: Twice);
        var client = service.Trace();
        var recording = Recording.OfWrongSum();
        var traceId = await client.RecordAsync(recording);
        var blobId = BlobId.Of(recording.Edits[0].Patch);
        var path = Path.Combine(service.Folder, "blobs", "sha256", blobId.Hash[..2], blobId.Hash);
        await File.WriteAllTextAsync(path, "rotten", TestContext.Current.CancellationToken);

        await client.FinalizeAsync(traceId);
        AssertFailed(await client.EndAsync(traceId), blobId.ToString());
        await client.UploadAsync(recording.Edits[0].Patch);
        await client.RerunAsync(traceId);
        var trace = await client.EndAsync(traceId);

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.True(trace.GetProperty("qa").GetProperty("schema_valid").GetBoolean());
    }

    [Fact]
    public async Task A_model_that_never_answers_well_fails_the_trace_and_keeps_what_the_tests_found()
    {
        await using var model = await ModelServer.StartAsync(ModelServer.Busy(500));
        await using var service = await QaService.StartAsync(configure: options =>
        {
            var judged = FindingsTests.Judged(Twice(options), model);
            return judged with { Judge = judged.Judge with { Attempts = 1 } };
        });

        var trace = await service.Trace().ProveAsync(Recording.OfWrongSum());

        Assert.Equal("failed", trace.GetProperty("status").GetString());
        var qa = trace.GetProperty("qa");
        Assert.NotEqual("", qa.GetProperty("error").GetString());
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("judge").ValueKind);
        Assert.True(qa.GetProperty("tests").GetProperty("final_passed").GetBoolean());
        Assert.Equal(2, model.Requests.Count);
    }

    [Fact]
    public async Task A_timeout_inside_a_step_is_tried_again_and_not_taken_for_a_lost_claim()
    {
        await using var service = await QaService.StartAsync(configure: QaService.Unswept);
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());
        var job = await service.FinalizeUnheardAsync(traceId);

        await service
            .Worker(TimeProvider.System, new TimingOutStep())
            .RunAsync(job, TestContext.Current.CancellationToken);

        var progress = (await service.Trace().TraceAsync(traceId)).GetProperty("qa_progress");
        Assert.StartsWith("attempt 1: run_tests met", progress.GetProperty("message").GetString());
        Assert.Equal(
            [(job, QaStep.RunTests)],
            await service.Part<QaRuns>().DueAsync(HandDrivenWorkers.AnyLane.Steps, 10)
        );
    }

    [Fact]
    public async Task QA_is_not_run_again_while_a_trace_collects()
    {
        await using var service = await QaService.StartAsync();
        var traceId = await service.Trace().RecordAsync(Recording.OfWrongSum());

        using var answer = await service.Client.PostAsync(
            $"/traces/{traceId}/qa",
            content: null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    private sealed class TimingOutStep : IQaStep
    {
        public string Name => QaStep.RunTests;

        public Task<QaResult> RunAsync(ClaimedStep step, IProgress<string> progress, CancellationToken ct) =>
            throw new TaskCanceledException("the request was canceled due to a timeout");
    }

    private static Options WithoutEngine(Options options) =>
        Twice(options) with
        {
            Tests = options.Tests with { Sandbox = "docker", DockerHost = NoEngine },
        };

    private static Options Twice(Options options) => options with { Qa = options.Qa with { Attempts = 2 } };

    private static void AssertFailed(JsonElement trace, string reason)
    {
        Assert.Equal("failed", trace.GetProperty("status").GetString());
        var qa = trace.GetProperty("qa");
        Assert.Contains(reason, qa.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, qa.GetProperty("tests").ValueKind);
    }
}
