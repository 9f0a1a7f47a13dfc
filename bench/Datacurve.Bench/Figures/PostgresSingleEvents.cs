using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>Appends of single events against pgbench with single rows.</summary>
internal sealed class PostgresSingleEvents : IBenchmark
{
    private const int EventsPerTrace = 2000;

    public string Name => "postgres-single-events";

    public string Summary =>
        "single-event appends over HTTP, 16 connections, against pgbench with single-row inserts";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var database = await Postgres.NewDatabaseAsync(settings, "server");
        var folder = settings.NewFolder("postgres");
        using var server = await ServerUnderLoad.StartAsync(folder, database);
        var load = new AppendLoad(server.Address, batchLength: 1, EventsPerTrace);
        var rows = await Postgres.ReadAsync(database, load.FillTrace());
        var native = await Postgres.NewDatabaseAsync(settings, "native");
        var pgbench = PgBench.OfRows(native, folder, rows);
        var cores = new CoresUsed(server);
        var rounds = await Interleaved.MeasureAsync(
            settings,
            seconds => cores.DuringAsync(() => load.RunAsync(seconds)),
            pgbench.RunAsync,
            ct
        );
        return
        [
            Figure.Of(Name, "events/s", rounds, target: 0.45) with
            {
                Note = $"p99 {load.LatencyMs(0.99):0.0} ms, {cores}",
            },
        ];
    }
}
