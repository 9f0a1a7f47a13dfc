namespace Datacurve.Core;

/// <summary>How long to wait before what has failed is tried again.</summary>
public static class GrowingPause
{
    private const int DoublingsMax = 60;

    /// <summary>Twice as long after each failure.</summary>
    /// <param name="first">After the first one.</param>
    /// <param name="failures">How many there were in a row, from 1.</param>
    /// <param name="longest">However many there were.</param>
    public static TimeSpan After(TimeSpan first, int failures, TimeSpan longest)
    {
        // It may be longer than a time can be.
        var seconds = first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, DoublingsMax));
        return seconds < longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : longest;
    }

    /// <summary>
    /// Between half the pause and all of it, by chance: those who failed together are not to come back
    /// together.
    /// </summary>
    public static TimeSpan Spread(TimeSpan pause) =>
        // CA5394: nobody gains by guessing it.
#pragma warning disable CA5394
        pause * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
}
