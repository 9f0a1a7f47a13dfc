using Dapper;
using Datacurve.Server;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Qa.Queues;

public sealed class PostgresQueueTests : QueueConformance
{
    private protected override async Task<ServiceUnderTest> NewServiceAsync()
    {
        var service = new PostgresService();
        await service.CreateStoreAsync();
        return service;
    }

    private protected override Options OnBroker(Options options) => options;

    private protected override Task EmptyAsync() =>
        Service
            .Part<Database>()
            .WriteAsync(
                connection =>
                    connection.ExecuteAsync("delete from hangfire.jobqueue; delete from hangfire.job"),
                Ct
            );
}
