using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Qa.Sandboxes;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// Two apis and two workers as processes of their own, over PostgreSQL, Redis and one folder of blobs.
/// </summary>
public sealed class ClusterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string SlowTests =
        Recording.OldTests
        + """
                def test_two_numbers(self):
                    import time
                    time.sleep(2)
                    self.assertEqual(add(2, 3), 5)

            """;

    private static readonly string[] TestFindings =
    [
        "outcome",
        "final_passed",
        "fail_to_pass",
        "pass_to_pass",
        "pass_to_fail",
    ];

    private readonly TempFolder _folder = new();
    private readonly List<ServerProcess> _processes = [];
    private PostgresStore _store = null!;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await PostgresStore.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Jobs in Redis and blobs in a folder; jobs beside the rows; blobs on S3.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task An_api_and_a_worker_killed_in_the_midst_change_nothing_in_the_result(
        bool redis,
        bool s3
    )
    {
        using var bucket = s3 ? await TestBucket.MakeAsync() : null;
        string[] stores = [redis ? $"REDIS_URL={TestServers.Redis}" : "REDIS_URL=", .. BlobsOn(bucket)];
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // At the same time, each over an empty database that they all migrate.
        var started = await Task.WhenAll(
            JoinAsync("api", 1, stores),
            JoinAsync("api", 2, stores),
            JoinAsync("worker", 1, stores),
            JoinAsync("worker", 2, stores)
        );
        var (first, workers) = (started[0], started[2..]);
        var client = ClientOf(started[..2]);
        var undisturbed = await client.EndAsync(await PlayAsync(client));

        var traceId = await PlayAsync(client, first.KillAsync);
        await client.ReachAsync(traceId, "run_tests", "running the tests");
        var busy = Array.FindIndex(
            workers,
            worker => worker.Errors.Contains(traceId, StringComparison.Ordinal)
        );
        await Task.Delay(random.Next(2000), Ct);
        await workers[busy].KillAsync();
        var disturbed = await client.EndAsync(traceId);

        Assert.Contains(traceId, workers[1 - busy].Errors, StringComparison.Ordinal);
        Assert.All(
            started,
            process => Assert.DoesNotContain("install/upgrade", process.Errors, StringComparison.Ordinal)
        );
        Assert.Equal("complete", disturbed.GetProperty("status").GetString());
        Assert.Single(await client.RunsAsync(traceId));
        Assert.Equal(Findings(undisturbed), Findings(disturbed));
        Assert.Equal(
            Enumerable.Range(1, 3).Select(seq => (long)seq),
            (await client.GetAsync($"/traces/{traceId}/events"))
                .GetProperty("events")
                .EnumerateArray()
                .Select(one => one.GetProperty("seq").GetInt64())
        );
    }

    [Fact]
    public async Task A_live_tail_at_one_api_shows_what_is_sent_to_the_other()
    {
        var apis = await Task.WhenAll(JoinAsync("api", 1), JoinAsync("api", 2));
        var traceId = await apis[0].Client.OpenAsync(TraceClient.NewTrace());
        await using var stream = await apis[1]
            .Client.Http.GetStreamAsync($"/traces/{traceId}/events/stream", Ct);
        using var tail = new StreamReader(stream);

        for (var seq = 1; seq <= 3; seq++)
        {
            // Each is sent only when the last was seen, so that what comes, comes live.
            await apis[0].Client.AppendAsync(traceId, Thought(seq));
            Assert.Equal($"id: {seq}", await tail.ReadLineAsync(Ct));
            Assert.StartsWith("data: ", await tail.ReadLineAsync(Ct), StringComparison.Ordinal);
            Assert.Equal("", await tail.ReadLineAsync(Ct));
        }
        await apis[0].Client.FinalizeAsync(traceId);

        Assert.Equal("event: end", await tail.ReadLineAsync(Ct));
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_hands_its_test_to_another_and_leaves_no_container()
    {
        var api = await JoinAsync("api", 1);
        var workers = await Task.WhenAll(
            JoinAsync("worker", 1, "QA_ATTEMPTS=1"),
            JoinAsync("worker", 2, "QA_ATTEMPTS=1")
        );
        var traceId = await PlayAsync(api.Client);
        await api.Client.ReachAsync(traceId, "run_tests", "running the tests");
        var busy = Array.FindIndex(
            workers,
            worker => worker.Errors.Contains(traceId, StringComparison.Ordinal)
        );

        var (_, exitCode) = await workers[busy].StopAsync();
        var jobId = Assert.Single(await api.Client.RunsAsync(traceId)).GetProperty("qa_job_id").GetString()!;

        Assert.Equal(0, exitCode);
        Assert.Contains("handed back", workers[busy].Errors, StringComparison.Ordinal);
        var trace = await api.Client.EndAsync(traceId);
        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{trace.GetProperty("qa")}");
        Assert.Equal(0, await KilledServerTests.ContainersAsync(jobId));
    }

    private async Task<ServerProcess> JoinAsync(string role, int number, params string[] variables)
    {
        var process = await ServerProcess.JoinAsync([
            $"ROLES={role}",
            $"DATABASE_URL={_store.Url}",
            $"REDIS_URL={TestServers.Redis}",
            $"BLOB_STORE_PATH={Path.Combine(_folder.Path, "blobs")}",
            $"WORK_PATH={Path.Combine(_folder.Path, $"{role}-{number}")}",
            "SANDBOX=docker",
            $"DOCKER_HOST={DockerSandboxTests.DockerHost}",
            "QA_LEASE_SECONDS=2",
            .. variables,
        ]);
        lock (_processes)
            _processes.Add(process);
        return process;
    }

    private static string[] BlobsOn(TestBucket? bucket) =>
        bucket is null
            ? []
            :
            [
                $"BLOB_STORE_PATH=s3://{bucket.Options.Bucket}/{bucket.Options.Prefix}",
                $"S3_ENDPOINT={bucket.Options.Endpoint}",
                $"AWS_ACCESS_KEY_ID={bucket.AccessKey}",
                $"AWS_SECRET_ACCESS_KEY={bucket.SecretKey}",
            ];

    private static TraceClient ClientOf(IEnumerable<ServerProcess> apis) =>
        new(
            new HttpClient(new EitherApi([.. apis.Select(api => api.Client.Http.BaseAddress!)]))
            {
                BaseAddress = new Uri("http://cluster"),
            }
        );

    /// <summary>Records a fix whose tests take a while, and finalizes it.</summary>
    private static async Task<string> PlayAsync(TraceClient client, Func<Task>? inTheMidst = null)
    {
        var recording = Recording
            .WrongSum()
            .Edit("test_calc.py", SlowTests)
            .Edit("calc.py", "def add(a, b):\n    return a + b\n");
        var traceId = await client.RecordAsync(
            recording,
            body => body["environment"]!["test"] = new JsonObject { ["command"] = "python3 -m unittest" }
        );
        if (inTheMidst is not null)
            await inTheMidst();
        await client.FinalizeAsync(traceId, await client.UploadAsync(recording.FinalDiff()));
        return traceId;
    }

    private static JsonObject Thought(int seq) =>
        TraceClient.Event(
            seq,
            "terminal_command",
            new JsonObject { ["cwd"] = "/src", ["command"] = $"echo {seq}" }
        );

    /// <summary>What QA found, without ids, times and machines.</summary>
    private static string Findings(JsonElement trace)
    {
        var qa = trace.GetProperty("qa");
        var (tests, judge) = (qa.GetProperty("tests"), qa.GetProperty("judge"));
        IEnumerable<JsonElement> findings =
        [
            .. TestFindings.Select(name => tests.GetProperty(name)),
            qa.GetProperty("replay"),
            judge.GetProperty("scores"),
            judge.GetProperty("overall"),
        ];
        return string.Join('\n', findings);
    }
}
