using System.Text.Json.Nodes;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>The server is told to stop while it works.</summary>
public sealed class StoppedServerTests : IDisposable
{
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_running_test_is_handed_back_and_costs_no_attempt(string signal)
    {
        string traceId;
        await using (var first = await StartAsync())
        {
            traceId = await first.Client.RecordAsync(
                Recording.OfWrongSum(),
                body =>
                    body["environment"]!["test"] = new JsonObject
                    {
                        ["command"] = $"sleep 3 && {Recording.Unittest}",
                    }
            );
            await first.Client.FinalizeAsync(traceId);
            await first.Client.ReachAsync(traceId, "run_tests", "running the tests");

            var (took, exitCode) = await first.StopAsync(signal);

            Assert.True(took < StopMax, $"took {took}");
            Assert.Equal(0, exitCode);
            Assert.Equal(0, QaService.WorkspacesLeft(_folder));
        }

        await using var last = await StartAsync();
        var trace = await last.Client.EndAsync(traceId);

        Assert.True(trace.GetProperty("status").GetString() == "complete", $"{trace.GetProperty("qa")}");
        Assert.Single(await last.Client.RunsAsync(traceId));
    }

    [Fact]
    public async Task A_client_that_follows_a_trace_does_not_hold_the_server_up()
    {
        await using var server = await StartAsync();
        var traceId = await server.Client.RecordAsync(Recording.OfWrongSum());
        await using var stream = await server.Client.Http.GetStreamAsync(
            $"/traces/{traceId}/events/stream",
            TestContext.Current.CancellationToken
        );
        var followed = new StreamReader(stream);
        Assert.StartsWith("id: 1", await followed.ReadLineAsync(TestContext.Current.CancellationToken));

        var (took, exitCode) = await server.StopAsync();

        Assert.True(took < StopMax, $"took {took}");
        Assert.Equal(0, exitCode);
    }

    private Task<ServerProcess> StartAsync() =>
        ServerProcess.StartAsync(_folder, "SANDBOX=local", "QA_ATTEMPTS=1");
}
