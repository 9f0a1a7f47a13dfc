using Dapper;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Pipeline;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datacurve.Tests.Qa.Pipeline;

/// <summary>Workers over a service's real store and steps, moved by the test and not by a queue.</summary>
internal static class HandDrivenWorkers
{
    /// <param name="steps">In place of the service's own.</param>
    public static QaWorker Worker(
        this ServiceUnderTest service,
        TimeProvider time,
        params IEnumerable<IQaStep> steps
    )
    {
        var options = service.Part<Options>().Qa;
        // It lives as long as the service does.
        var scope = service.Services.CreateScope().ServiceProvider;
        return new QaWorker(
            new QaRuns(service.Part<Database>(), options, time),
            steps.Any() ? steps : scope.GetServices<IQaStep>(),
            scope.GetRequiredService<CurrentProject>(),
            QueueWithoutBroker(),
            options,
            time,
            NullLogger<QaWorker>.Instance
        );
    }

    /// <summary>Whatever the job's next step is, that one.</summary>
    public static Task RunAsync(this QaWorker worker, Guid qaJobId, CancellationToken ct) =>
        worker.RunAsync(qaJobId, AnyLane, ct);

    public static readonly QaLane AnyLane = new("any", [.. QaLane.All.SelectMany(lane => lane.Steps)]);

    public static QaQueue QueueWithoutBroker() => QueueOver(new NoBroker()).Queue;

    /// <summary>A queue of its own over a storage; both are running.</summary>
    public static (QaBroker Broker, QaQueue Queue) QueueOver(JobStorage storage)
    {
        var broker = new QaBroker(
            () => Task.FromResult(new OpenBroker(storage)),
            TimeProvider.System,
            NullLogger<QaBroker>.Instance
        );
        var queue = new QaQueue(broker, TimeProvider.System, NullLogger<QaQueue>.Instance);
        _ = broker.StartAsync(CancellationToken.None);
        _ = queue.StartAsync(CancellationToken.None);
        return (broker, queue);
    }

    /// <summary>How often the job was claimed, and where it is.</summary>
    public static Task<(long Fence, string State)> StandingAsync(
        this ServiceUnderTest service,
        Guid qaJobId
    ) =>
        service
            .Part<Database>()
            .ReadAsync(connection =>
                connection.QuerySingleAsync<(long, string)>(
                    "select fence, state from qa_runs where qa_job_id = @qaJobId",
                    new { qaJobId = qaJobId.Stored() }
                )
            );

    /// <summary>A broker that was reached and is away now.</summary>
    private sealed class NoBroker : JobStorage
    {
        public override IMonitoringApi GetMonitoringApi() => throw Away();

        public override IStorageConnection GetConnection() => throw Away();

        private static HttpRequestException Away() => new("connection refused");
    }
}
