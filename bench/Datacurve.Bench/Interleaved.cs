namespace Datacurve.Bench;

/// <summary>
/// Runs two sides by turns. A machine that is slower for a while is slower for both, and the ratio stands.
/// </summary>
internal static class Interleaved
{
    /// <param name="settings">How often and how long.</param>
    /// <param name="measured">Runs for so many seconds and gives a rate or a time.</param>
    /// <param name="baseline">The same work without what is measured, in the same unit.</param>
    /// <param name="ct">Ends between two turns.</param>
    public static async Task<IReadOnlyList<(double Measured, double Baseline)>> MeasureAsync(
        Settings settings,
        Func<double, Task<double>> measured,
        Func<double, Task<double>> baseline,
        CancellationToken ct
    )
    {
        await measured(settings.WarmUpSeconds);
        await baseline(settings.WarmUpSeconds);
        var rounds = new List<(double, double)>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            // Whoever goes second finds what the first left to be flushed; so each goes first in turn.
            var (first, second) = round % 2 == 0 ? (measured, baseline) : (baseline, measured);
            var one = await first(settings.Seconds);
            var other = await second(settings.Seconds);
            rounds.Add(round % 2 == 0 ? (one, other) : (other, one));
            await settings.Progress.WriteLineAsync(
                $"bench:   round {round + 1}: {rounds[^1].Item1:#,##0.###} against {rounds[^1].Item2:#,##0.###}"
            );
        }

        return rounds;
    }
}
