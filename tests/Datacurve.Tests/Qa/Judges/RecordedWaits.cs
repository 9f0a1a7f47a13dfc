using System.Collections.Concurrent;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>
/// A clock on which every wait ends at once and is written down; <paramref name="timeout"/> never ends.
/// </summary>
internal sealed class RecordedWaits(TimeSpan timeout) : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        if (dueTime == timeout || dueTime == Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);

        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
