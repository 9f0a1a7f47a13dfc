using Datacurve.Cli.Capture.Terminal;
using Datacurve.Core.Events;
using Datacurve.Tests.Cli.Spool;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>A clock that is set while a command runs.</summary>
public sealed class SteppedClockTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(24)]
    public async Task A_command_lasts_as_long_as_it_ran_whatever_is_done_to_the_clock(int hours)
    {
        var clock = new SteppedClock();
        using var spool = new SpoolUnderTest(time: clock);
        await using var recording = spool.Create();
        ShellCommand? told = null;
        var limits = TerminalLimits.Usual;
        var tap = new OutputTap(limits, clock);
        var tracker = new CommandTracker(tap, new CommandClock(), Context, clock);
        var events = new TerminalEvents(recording, tap, Context, limits, _ => { }, Told, clock);

        tracker.Mark(new ShellMark('A', ""));
        tracker.Mark(new ShellMark('E', "pytest"));
        tracker.Mark(new ShellMark('C', ""));
        clock.Pass(TimeSpan.FromSeconds(3));
        clock.Set(TimeSpan.FromHours(hours));
        tracker.Mark(new ShellMark('D', "0"));
        tracker.Finish(0);
        await events.RunAsync(Ct);

        var exit = SpoolUnderTest.Read(recording.Files).Select(one => one.Payload).OfType<TerminalExit>();
        Assert.Equal(3000, Assert.Single(exit).DurationMs);
        Assert.Equal(3000, Datacurve.Cli.Capture.TestRuns.TestRunRecognizer.Recognize(told!)!.DurationMs);

        Task Told(ShellCommand ended, EventContext context, CancellationToken ct)
        {
            told = ended;
            return Task.CompletedTask;
        }
    }

    private static TerminalContext Context =>
        new()
        {
            Shell = Shell.Bash,
            CommandLine = "bash",
            IsShell = true,
            Cwd = "/",
            WorkspaceRoot = "/",
            Size = () => new TerminalSize(80, 24),
            IsPaused = () => false,
            Marked = () => { },
        };

    private sealed class SteppedClock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddDays(20_000);
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan time)
        {
            _ticks += time.Ticks;
            _now += time;
        }

        public void Set(TimeSpan change) => _now += change;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _ticks;
    }
}
