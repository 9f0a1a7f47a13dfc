using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;

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

    [Theory]
    [InlineData("upload")]
    [InlineData("download")]
    public async Task A_transfer_that_does_not_end_costs_the_time_of_a_stop_and_nothing_else(string which)
    {
        await using var server = await StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Client.Http.BaseAddress!);
        if (which == "upload")
        {
            await connection.SendAsync(
                $"PUT /blobs/{Wire.BlobOfHello} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "Content-Type: application/octet-stream\r\nContent-Length: 99999999\r\n\r\n"
            );
        }
        else
        {
            var sent = await server.Client.Http.UploadAsync(RandomNumberGenerator.GetBytes(64 << 20));
            await connection.SendAsync(
                $"GET /blobs/{sent.Json["blob_id"]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            );
            Assert.StartsWith("HTTP/1.1 200", await connection.ReadHeadAsync(), StringComparison.Ordinal);
        }

        var dripping = which == "upload" ? connection.SendUntilRefusedAsync(DripAsync) : Task.CompletedTask;
        var (took, exitCode) = await server.StopAsync();
        await dripping;

        Assert.True(took < StopMax, $"took {took}");
        Assert.True(exitCode == 0, server.Errors);
        // The database was closed in good order: its log is in the file.
        Assert.False(File.Exists(Path.Combine(_folder, "datacurve.db-wal")));
    }

    private static Task DripAsync() => Task.Delay(100, TestContext.Current.CancellationToken);

    private Task<ServerProcess> StartAsync() =>
        ServerProcess.StartAsync(_folder, "SANDBOX=local", "QA_ATTEMPTS=1");
}
