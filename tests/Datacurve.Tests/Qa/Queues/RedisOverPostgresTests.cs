using Datacurve.Server;
using Datacurve.Server.Qa.Queues;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Qa.Queues;

/// <summary>What a cluster runs on: rows in PostgreSQL, jobs in Redis.</summary>
public sealed class RedisOverPostgresTests : QueueConformance
{
    private RedisServer _redis = null!;

    public override async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _redis.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override async Task<ServiceUnderTest> NewServiceAsync()
    {
        var service = new PostgresService();
        await service.CreateStoreAsync();
        return service;
    }

    private protected override Options OnBroker(Options options) => options with { RedisUrl = _redis.Url };

    private protected override Task EmptyAsync() => _redis.EmptyAsync();

    [Fact]
    public async Task Not_there_at_the_start_it_is_waited_for_and_finalizes_are_accepted()
    {
        await _redis.KillAsync();
        await StartAsync();
        var traceId = await Service.Trace().RecordAsync(Recording.OfWrongSum());

        await Service.Trace().FinalizeAsync(traceId);
        await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        Assert.Null(Service.Part<QaQueue>().Length(QaLane.Tests));
        await _redis.StartAgainAsync();

        await AssertCompleteOnceAsync([traceId]);
    }
}
