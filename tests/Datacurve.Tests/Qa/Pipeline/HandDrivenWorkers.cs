using Dapper;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Pipeline;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Hangfire.States;
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

    public static QaQueue QueueWithoutBroker() =>
        new(new NoBroker(), new InMemoryStorage(), NullLogger<QaQueue>.Instance);

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

    /// <summary>A broker that cannot be reached.</summary>
    private sealed class NoBroker : IBackgroundJobClient
    {
        public string Create(Job job, IState state) => throw Away();

        public bool ChangeState(string jobId, IState state, string expectedState) => throw Away();

        private static BackgroundJobClientException Away() =>
            new("the broker is away", new HttpRequestException("connection refused"));
    }
}
