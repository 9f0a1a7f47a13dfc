using System.Text.Json;
using System.Text.Json.Nodes;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Qa.Judges;
using Datacurve.Tests.Qa.Sandboxes;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.AspNetCore.Http;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>The server is killed by SIGKILL in the middle of QA, and another goes on over its data.</summary>
public sealed class KilledServerTests(ITestOutputHelper output) : IDisposable
{
    private const string SlowTests =
        Recording.OldTests
        + """
                def test_two_numbers(self):
                    import time
                    time.sleep(1.5)
                    self.assertEqual(add(2, 3), 5)

            """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Killed_during_the_tests_the_trace_completes_once_and_nothing_is_left()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string traceId,
            qaJobId;
        await using (var first = await StartAsync())
        {
            (traceId, qaJobId) = await RecordSlowAsync(first.Client);
            await first.Client.ReachAsync(traceId, "run_tests", "running the tests");
            await Task.Delay(random.Next(1500), TestContext.Current.CancellationToken);
            await first.KillAsync();
        }
        for (var again = 0; again < 2; again++)
        {
            await using var next = await StartAsync();
            await Task.Delay(random.Next(4000), TestContext.Current.CancellationToken);
            await next.KillAsync();
        }

        await using var last = await StartAsync();
        var trace = await last.Client.EndAsync(traceId);

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.True(trace.GetProperty("qa").GetProperty("tests").GetProperty("final_passed").GetBoolean());
        var run = Assert.Single(await last.Client.RunsAsync(traceId));
        Assert.Equal("done", run.GetProperty("state").GetString());
        Assert.Equal(0, await ContainersAsync(qaJobId));
        Assert.Equal(0, QaService.WorkspacesLeft(_folder));
    }

    [Fact]
    public async Task A_step_that_kills_its_server_every_time_ends_and_leaves_nothing()
    {
        string traceId,
            qaJobId;
        await using (var first = await StartAsync("QA_ATTEMPTS=2"))
        {
            (traceId, qaJobId) = await RecordSlowAsync(first.Client);
            await first.Client.ReachAsync(traceId, "run_tests", "running the tests");
            await first.KillAsync();
        }
        await using (var second = await StartAsync("QA_ATTEMPTS=2"))
        {
            await second.Client.ReachAsync(traceId, "run_tests", "running the tests");
            await second.KillAsync();
        }

        await using var last = await StartAsync("QA_ATTEMPTS=2");
        var trace = await last.Client.EndAsync(traceId);

        Assert.Equal("failed", trace.GetProperty("status").GetString());
        Assert.Equal(
            "run_tests did not survive 2 attempts: its server ended each time",
            trace.GetProperty("qa").GetProperty("error").GetString()
        );
        Assert.Equal(JsonValueKind.Null, trace.GetProperty("qa").GetProperty("tests").ValueKind);
        Assert.Equal(0, await ContainersAsync(qaJobId));
        Assert.Equal(0, QaService.WorkspacesLeft(_folder));
    }

    [Fact]
    public async Task Killed_while_a_model_judges_the_trace_completes_once()
    {
        var never = new TaskCompletionSource<IResult>();
        await using var model = await ModelServer.StartAsync(
            _ => never.Task,
            _ => Task.FromResult(ModelServer.OpenAi(ModelServer.Verdict(4).ToJsonString()))
        );
        string[] judged =
        [
            "SANDBOX=local",
            "OPENAI_API_KEY=k",
            "JUDGE_MODEL=m",
            $"OPENAI_BASE_URL={new Uri(model.Address, "/v1")}",
        ];
        string traceId;
        await using (var first = await ServerProcess.StartAsync(_folder, judged))
        {
            traceId = await first.Client.RecordAsync(Recording.OfWrongSum());
            await first.Client.FinalizeAsync(traceId);
            await first.Client.ReachAsync(traceId, "run_judge", "judging with m");
            while (model.Requests.IsEmpty)
                await Task.Delay(10, TestContext.Current.CancellationToken);
            await first.KillAsync();
            never.SetResult(Results.StatusCode(500));
        }

        await using var last = await ServerProcess.StartAsync(_folder, judged);
        var trace = await last.Client.EndAsync(traceId);

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.Equal(4.0, trace.GetProperty("qa").GetProperty("judge").GetProperty("overall").GetDouble());
        Assert.Single(await last.Client.RunsAsync(traceId));
        Assert.Equal(2, model.Requests.Count);
    }

    private Task<ServerProcess> StartAsync(params string[] variables) =>
        ServerProcess.StartAsync(
            _folder,
            ["SANDBOX=docker", $"DOCKER_HOST={DockerSandboxTests.DockerHost}", "QA_ATTEMPTS=20", .. variables]
        );

    private static async Task<(string TraceId, string QaJobId)> RecordSlowAsync(TraceClient client)
    {
        var recording = Recording
            .WrongSum()
            .Edit("test_calc.py", SlowTests)
            .Edit("calc.py", "def add(a, b):\n    return a + b\n");
        var traceId = await client.RecordAsync(
            recording,
            body => body["environment"]!["test"] = new JsonObject { ["command"] = "python3 -m unittest" }
        );
        return (traceId, await client.FinalizeAsync(traceId));
    }

    internal static async Task<int> ContainersAsync(string qaJobId)
    {
        using var docker = new DockerClientBuilder()
            .WithEndpoint(new Uri(DockerSandboxTests.DockerHost))
            .Build();
        var labelled = new Dictionary<string, bool> { [$"datacurve.qa_job={qaJobId}"] = true };
        var filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = labelled };
        return (
            await docker.Containers.ListContainersAsync(
                new ContainersListParameters { All = true, Filters = filters },
                TestContext.Current.CancellationToken
            )
        ).Count;
    }
}
