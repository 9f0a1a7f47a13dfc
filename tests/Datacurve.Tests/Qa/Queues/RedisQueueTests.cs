using Datacurve.Server;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Qa.Queues;

public sealed class RedisQueueTests : QueueConformance
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

    private protected override Task<ServiceUnderTest> NewServiceAsync() =>
        Task.FromResult(new ServiceUnderTest());

    private protected override Options OnBroker(Options options) =>
        options with
        {
            RedisUrl = new Uri(_redis.Url, "/3"),
        };

    private protected override Task EmptyAsync() => _redis.EmptyAsync();

    [Fact]
    public async Task Jobs_lie_in_the_database_that_the_URL_names()
    {
        await StartAsync();
        await ReachedAsync();
        await Service.Trace().ProveAsync(Recording.OfWrongSum());

        Assert.Equal("0", await _redis.AskAsync("dbsize"));
        Assert.All(
            (await _redis.AskAsync("-n", "3", "keys", "*")).Split('\n'),
            key => Assert.StartsWith("{datacurve}:", key, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Restarted_in_the_midst_it_loses_no_trace_and_completes_none_twice(string signal)
    {
        await StartAsync();
        await ReachedAsync();
        var traceIds = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            traceIds.Add(await Service.Trace().RecordAsync(Recording.OfWrongSum()));
            await Service.Trace().FinalizeAsync(traceIds[^1]);
            await (signal == "KILL" ? _redis.KillAsync() : _redis.StopAsync());
            await Task.Delay(Random.Shared.Next(500), Ct);
            await _redis.StartAgainAsync();
        }

        await AssertCompleteOnceAsync(traceIds);
    }

    [Fact]
    public async Task Away_at_a_finalize_it_costs_the_wait_until_it_is_back()
    {
        await StartAsync();
        await ReachedAsync();
        var traceId = await Service.Trace().RecordAsync(Recording.OfWrongSum());
        await _redis.KillAsync();

        await Service.Trace().FinalizeAsync(traceId);
        await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        Assert.Equal(
            "finalizing",
            (await Service.Trace().TraceAsync(traceId)).GetProperty("status").GetString()
        );
        await _redis.StartAgainAsync();

        await AssertCompleteOnceAsync([traceId]);
    }

    [Fact]
    public async Task Frozen_at_finalizes_it_holds_none_of_them_up()
    {
        await StartAsync();
        await ReachedAsync();
        var traceIds = new List<string>();
        for (var i = 0; i < 3; i++)
            traceIds.Add(await Service.Trace().RecordAsync(Recording.OfWrongSum()));
        await _redis.FreezeAsync();

        await Task.WhenAll(traceIds.Select(traceId => Service.Trace().FinalizeAsync(traceId)));
        await _redis.ThawAsync();

        await AssertCompleteOnceAsync(traceIds);
    }

    [Fact]
    public async Task Not_there_at_the_start_of_the_only_process_it_is_not_needed()
    {
        await _redis.KillAsync();
        await StartAsync();

        var trace = await Service.Trace().ProveAsync(Recording.OfWrongSum());

        Assert.Equal("complete", trace.GetProperty("status").GetString());
    }
}
