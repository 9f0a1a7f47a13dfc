using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Terminal;

public sealed class CommandClockTests
{
    private readonly CommandClock _clock = new();

    [Fact]
    public void A_time_belongs_to_the_command_that_ran_then()
    {
        var first = Run("first", 100, 200);
        var second = Run("second", 300, 400);
        var third = Command("third", 500);
        _clock.Start(third);

        Assert.Null(_clock.At(99));
        Assert.Equal(first, _clock.At(100)?.EventId);
        Assert.Equal(first, _clock.At(200)?.EventId);
        Assert.Null(_clock.At(250));
        Assert.Equal(second, _clock.At(350)?.EventId);
        Assert.Null(_clock.At(450));
        Assert.Equal(third.EventId, _clock.At(10_000)?.EventId);
        Assert.Equal("third", _clock.Running?.CommandLine);
    }

    [Fact]
    public void A_time_between_commands_belongs_to_the_nearest_that_is_near_enough()
    {
        var first = Run("first", 100, 102);
        var second = Run("second", 200, 202);
        var third = Command("third", 500);
        _clock.Start(third);

        Assert.Equal(first, _clock.At(90, earlyMs: 10, lateMs: 20)?.EventId);
        Assert.Null(_clock.At(89, earlyMs: 10, lateMs: 20));
        Assert.Equal(first, _clock.At(122, earlyMs: 10, lateMs: 20)?.EventId);
        Assert.Null(_clock.At(123, earlyMs: 10, lateMs: 20));
        Assert.Equal(first, _clock.At(151, earlyMs: 100, lateMs: 100)?.EventId);
        Assert.Equal(second, _clock.At(152, earlyMs: 100, lateMs: 100)?.EventId);
        Assert.Equal(third.EventId, _clock.At(490, earlyMs: 10, lateMs: 20)?.EventId);
    }

    [Fact]
    public void What_ran_before_the_clock_was_set_back_is_forgotten()
    {
        Run("first", 100, 90_000);
        var second = Run("second", 300, 310);

        Assert.Equal(second, _clock.At(305)?.EventId);
        Assert.Null(_clock.At(50_000));
    }

    [Fact]
    public void Old_commands_are_forgotten()
    {
        for (var i = 0; i <= CommandClock.EndedMax; i++)
            Run($"{i}", i * 10, (i * 10) + 5);

        Assert.Null(_clock.At(0));
        Assert.Equal("1", _clock.At(10)?.CommandLine);
    }

    private Guid Run(string line, long startMs, long endMs)
    {
        var command = Command(line, startMs);
        _clock.Start(command);
        _clock.End(endMs, 7);
        return command.EventId;
    }

    private static ShellCommand Command(string line, long startMs) =>
        new()
        {
            EventId = Guid.NewGuid(),
            CommandLine = line,
            Cwd = "/",
            StartMs = startMs,
        };
}
