using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>
/// Appends of single events, whose flushes the server shares, against a transaction for each.
/// </summary>
internal sealed class SqliteSingleEvents : IBenchmark
{
    public const int EventsPerTrace = 2000;

    public string Name => "sqlite-single-events";

    public string Summary =>
        "single-event appends over HTTP, 16 connections, against a native loop of one-row transactions";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        using var stores = await SqliteStores.MakeAsync(settings, batchLength: 1, EventsPerTrace);
        var cores = new CoresUsed(stores.Server);
        var load = stores.Load;
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds => cores.DuringAsync(() => load.RunAsync(seconds)),
            seconds => stores.Native.RunAsync(seconds, rowsPerTransaction: 1),
            ct
        );
        return
        [
            Figure.Of(Name, "events/s", rounds, target: 2.5) with
            {
                Note = $"p99 {load.LatencyMs(0.99):0.0} ms, {cores}",
            },
        ];
    }
}
