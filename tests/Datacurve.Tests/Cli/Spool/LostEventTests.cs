using Datacurve.Cli.Spool;
using Datacurve.Core.Events;

namespace Datacurve.Tests.Cli.Spool;

/// <summary>What the trace says of a run of events that could not be kept.</summary>
public sealed class LostEventTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_of_lost_events_is_said_where_it_begins_and_counted_where_it_ends()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { BlobBytesMax = 100 });
        await using var recording = spool.Create();
        await recording.AddAsync(SpoolUnderTest.Command("before"), Ct);
        for (var i = 0; i < 10; i++)
            await SpoolUnderTest.ThinkAsync(recording, new string('x', 1000));
        var after = await recording.AddAsync(SpoolUnderTest.Command("after"), Ct);
        await recording.FlushAsync(Ct);

        var events = SpoolUnderTest.Read(recording.Files);
        Assert.Equal(
            ["before", "some", "10", "after"],
            events.Select(one =>
                one.Payload is RecordingGap gap
                    ? gap.Events?.ToString() ?? "some"
                    : ((TerminalCommand)one.Payload).Command
            )
        );
        Assert.Equal(after.Seq, events[^1].Seq);
        Assert.Equal(10, recording.LostEvents);
    }

    [Fact]
    public async Task A_recording_at_its_bound_says_once_that_it_is_however_much_is_lost()
    {
        using var spool = new SpoolUnderTest(new SpoolOptions { BytesMax = 20_000 });
        await using (var recording = spool.Create())
            for (var i = 0; i < 100; i++)
            {
                await SpoolUnderTest.ThinkAsync(recording, i + new string('x', 30_000));
                if (i == 50)
                    await recording.AddAsync(SpoolUnderTest.Command("in between"), Ct);
            }

        var gaps = SpoolUnderTest
            .Read(spool.Store.List().Single().Files)
            .Select(one => one.Payload)
            .OfType<RecordingGap>();
        Assert.Equal([null, 51, null, 49], gaps.Select(gap => gap.Events));
    }
}
