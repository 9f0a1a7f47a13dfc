using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Storage;

public sealed class TraceSignalsTests
{
    private static readonly TraceId One = TraceId.New(DateTimeOffset.UnixEpoch);
    private static readonly TraceId Other = TraceId.New(DateTimeOffset.UnixEpoch);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_wakes_all_who_follow_the_trace_and_nobody_else()
    {
        var signals = new TraceSignals();
        using var first = signals.Follow(One);
        using var second = signals.Follow(One);
        using var elsewhere = signals.Follow(Other);
        var (firstNext, secondNext, elsewhereNext) = (
            first.NextAsync(),
            second.NextAsync(),
            elsewhere.NextAsync()
        );

        signals.Raise(One);

        await Task.WhenAll(firstNext, secondNext).WaitAsync(Ct);
        Assert.False(elsewhereNext.IsCompleted);
        Assert.False(first.NextAsync().IsCompleted);
    }

    [Fact]
    public void What_nobody_follows_any_more_is_forgotten()
    {
        var signals = new TraceSignals();
        var first = signals.Follow(One);
        var second = signals.Follow(One);

        first.Dispose();
        first.Dispose();
        Assert.Equal(1, signals.Count);
        second.Dispose();

        Assert.Equal(0, signals.Count);
    }

    [Fact]
    public async Task A_stream_that_is_hung_up_leaves_nothing_behind()
    {
        await using var service = new ServiceUnderTest();
        await service.InitializeAsync();
        var traceId = await service.Client.OpenTraceAsync();
        using (
            await service.Client.GetAsync(
                $"/traces/{traceId}/events/stream",
                HttpCompletionOption.ResponseHeadersRead,
                Ct
            )
        )
            while (service.Part<TraceSignals>().Count != 1)
                await Task.Delay(10, Ct);

        while (service.Part<TraceSignals>().Count != 0)
            await Task.Delay(10, Ct);
    }

    [Fact]
    public async Task A_change_in_one_process_wakes_followers_in_another()
    {
        await using var store = await PostgresStore.CreateAsync();
        await using var one = new ServiceUnderTest();
        await using var other = new ServiceUnderTest();
        await one.StartAsync(options => options with { PostgresConnection = store.Connection });
        await other.StartAsync(options => options with { PostgresConnection = store.Connection });
        var traceId = await one.Client.OpenTraceAsync();
        Assert.True(TraceId.TryParse(traceId, out var id));
        using var following = other.Part<TraceSignals>().Follow(id);
        var next = following.NextAsync();

        // Nothing but the signal completes this, and the first may come before the other listens.
        for (var seq = 1; !next.IsCompleted; seq++)
        {
            await one.Client.AppendAsync(traceId, Wire.Batch(seq, 1));
            await Task.WhenAny(next, Task.Delay(500, Ct));
        }

        await next;
    }
}
