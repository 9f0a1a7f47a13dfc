using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>Appends of 100 events against a native loop of transactions of 100 rows.</summary>
internal sealed class SqliteAppend : IBenchmark
{
    public string Name => "sqlite-append";

    public string Summary =>
        "100-event appends over HTTP, 16 connections, against a native loop of 100-row transactions";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        using var stores = await SqliteStores.MakeAsync(settings, SampleEvents.BatchLength);
        var cores = new CoresUsed(stores.Server);
        var load = stores.Load;
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds => cores.DuringAsync(() => load.RunAsync(seconds)),
            seconds => stores.Native.RunAsync(seconds, SampleEvents.BatchLength),
            ct
        );
        return
        [
            Figure.Of(Name, "events/s", rounds, target: 0.75) with
            {
                Note = $"p99 {load.LatencyMs(0.99):0.0} ms, {load.BodyBytes / 1000} KB a batch, {cores}",
            },
        ];
    }
}
