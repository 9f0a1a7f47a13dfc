using System.Net;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>One executable as an api, as a worker, and as both, over one folder in turn.</summary>
public sealed class RolesTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_api_records_without_an_engine_and_a_worker_goes_on_from_there()
    {
        string traceId;
        // Nothing of this runs tests, so that it needs nothing to run them in.
        await using (
            var api = await ServerProcess.StartAsync(
                _folder,
                "ROLES=api",
                "SANDBOX=docker",
                "DOCKER_HOST=unix:///nowhere/docker.sock"
            )
        )
        {
            traceId = await api.Client.RecordAsync(Recording.OfWrongSum());
            await api.Client.FinalizeAsync(traceId);
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            var waiting = await api.Client.TraceAsync(traceId);
            Assert.Equal("finalizing", waiting.GetProperty("status").GetString());
            Assert.DoesNotContain("begins", api.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("Swept", api.Errors, StringComparison.Ordinal);
        }

        await using (var worker = await ServerProcess.StartAsync(_folder, "ROLES=worker", "SANDBOX=local"))
        {
            foreach (var path in new[] { "/health", "/health/live", "/health/ready" })
                Assert.Equal("""{"status":"ok"}""", (await worker.Client.Http.GetAnswerAsync(path)).Text);
            foreach (
                var path in new[] { "/traces", $"/traces/{traceId}", "/docs", "/openapi.json", "/hangfire" }
            )
                Assert.Equal(HttpStatusCode.NotFound, (await worker.Client.Http.GetAnswerAsync(path)).Status);
            while (!worker.Errors.Contains("finalize_qa is done", StringComparison.Ordinal))
                await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await using var both = await ServerProcess.StartAsync(_folder, "SANDBOX=local");
        var trace = await both.Client.EndAsync(traceId);
        Assert.Equal("complete", trace.GetProperty("status").GetString());
        Assert.Single(await both.Client.RunsAsync(traceId));
    }
}
