using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>The real server exports its spans and metrics to a collector on this machine.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private static readonly TimeSpan ExportMax = TimeSpan.FromSeconds(30);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"datacurve-{Guid.NewGuid():N}");
    private readonly ConcurrentDictionary<string, string> _received = new();
    private WebApplication _collector = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _collector = builder.Build();
        _collector.MapPost("/v1/{signal}", (Delegate)TakeAsync);
        await _collector.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Spans_and_metrics_arrive_by_OTLP()
    {
        await using var server = await ServerProcess.StartAsync(
            _folder,
            "SANDBOX=local",
            $"OTEL_EXPORTER_OTLP_ENDPOINT={_collector.Urls.Single()}",
            "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "OTEL_METRIC_EXPORT_INTERVAL=300",
            "OTEL_BSP_SCHEDULE_DELAY=300"
        );

        await server.Client.ProveAsync(Recording.OfWrongSum());

        foreach (var span in (string[])["run_tests", "run_judge", "finalize_qa", "POST /traces/"])
            await ArrivesAsync("traces", span);
        string[] metrics = ["datacurve.events.appended", "datacurve.blobs.stored", "datacurve.qa.step"];
        foreach (var metric in metrics)
            await ArrivesAsync("metrics", metric);
    }

    private async Task ArrivesAsync(string signal, string text)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!_received.GetValueOrDefault(signal, "").Contains(text, StringComparison.Ordinal))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < ExportMax,
                $"{text} is not in /v1/{signal}"
            );
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private async Task<IResult> TakeAsync(string signal, HttpRequest request)
    {
        // Names stand in protobuf as they are; Latin-1 keeps every byte.
        var body = await new StreamReader(request.Body, Encoding.Latin1).ReadToEndAsync();
        _received.AddOrUpdate(signal, body, (_, before) => before + body);
        return Results.Ok();
    }
}
