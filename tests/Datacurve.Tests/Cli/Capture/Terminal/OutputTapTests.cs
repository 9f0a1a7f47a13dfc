using System.Text;
using Datacurve.Cli.Capture.Terminal;

namespace Datacurve.Tests.Cli.Capture.Terminal;

/// <summary>What is kept of more output than there is room for, and that it is said.</summary>
public sealed class OutputTapTests
{
    private static readonly TerminalLimits Small = new()
    {
        CommandHeadBytes = 100,
        CommandTailBytes = 40,
        ChunkBytes = 30,
        WaitingBytes = 1000,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(5000)]
    public void Of_a_flood_the_head_and_the_tail_are_kept_at_their_offsets(int step)
    {
        var printed = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Range(0, 1200).Select(i => $"{i:0000}\n"))
        );

        var (kept, total) = Print(Small, printed, step);

        Assert.Equal(printed.Length, total);
        Assert.All(
            kept,
            segment =>
                Assert.Equal(
                    printed.AsSpan((int)segment.Offset, segment.Length).ToArray(),
                    segment.Bytes.ToArray()
                )
        );
        Assert.Equal(140, kept.Sum(segment => segment.Length));
        Assert.Equal(printed.Length - 40, Assert.Single(kept, segment => segment.FollowsGap).Offset);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(140)]
    public void What_fits_is_kept_whole(int length)
    {
        var printed = new byte[length];
        Random.Shared.NextBytes(printed);

        var (kept, _) = Print(Small, printed, step: 13);

        Assert.Equal(printed, kept.SelectMany(segment => segment.Bytes.ToArray()));
        Assert.DoesNotContain(kept, segment => segment.FollowsGap);
    }

    [Fact]
    public void Where_the_disk_does_not_keep_up_output_is_dropped_and_the_next_says_so()
    {
        var tap = new OutputTap(
            Small with
            {
                WaitingBytes = 60,
                CommandHeadBytes = 1000,
            },
            TimeProvider.System
        );
        tap.Start(Started());
        tap.Print(new byte[90]);
        Assert.True(tap.Items.TryRead(out _));
        var taken = new List<OutputSegment>();
        while (tap.Items.TryRead(out var item))
            taken.Add(((TerminalItem.Printed)item).Segment);
        Assert.Equal(60, taken.Sum(segment => segment.Length));
        foreach (var segment in taken)
            tap.Taken(segment);

        tap.Print("more"u8);

        Assert.True(tap.Items.TryRead(out var next));
        var last = ((TerminalItem.Printed)next).Segment;
        Assert.Equal((90, true), (last.Offset, last.FollowsGap));
    }

    [Fact]
    public void What_is_skipped_leaves_a_hole()
    {
        var tap = new OutputTap(Small, TimeProvider.System);
        tap.Start(Started());
        tap.Print("before"u8);
        tap.Skip(50);
        tap.Print("after"u8);
        tap.End(0, 0, exitCode: 0, "/", isKept: true);

        var (kept, total) = Read(tap);

        Assert.Equal(
            [(0L, false), (56L, true)],
            kept.Select(segment => (segment.Offset, segment.FollowsGap))
        );
        Assert.Equal(61, total);
    }

    private static (List<OutputSegment> Kept, long Total) Print(
        TerminalLimits limits,
        byte[] printed,
        int step
    )
    {
        var tap = new OutputTap(limits, TimeProvider.System);
        tap.Start(Started());
        for (var at = 0; at < printed.Length; at += step)
            tap.Print(printed.AsSpan(at, Math.Min(step, printed.Length - at)));
        tap.End(0, 0, exitCode: 0, "/", isKept: true);
        return Read(tap);
    }

    private static (List<OutputSegment> Kept, long Total) Read(OutputTap tap)
    {
        var kept = new List<OutputSegment>();
        long total = -1;
        while (tap.Items.TryRead(out var item))
            if (item is TerminalItem.Printed printed)
                kept.Add(printed.Segment);
            else if (item is TerminalItem.Ended ended)
                total = ended.OutputBytes;
        return (kept, total);
    }

    private static TerminalItem.Started Started() =>
        new(
            new ShellCommand
            {
                EventId = Guid.NewGuid(),
                CommandLine = "yes",
                Cwd = "/",
                StartMs = 0,
            },
            IsUnmarkedShell: false,
            TerminalSize.Usual
        );
}
