using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>Appends of 100 events against pgbench with the same rows.</summary>
internal sealed class PostgresAppend : IBenchmark
{
    private const double MillisecondsMax = 40;

    public string Name => "postgres-append";

    public string Summary =>
        "100-event appends over HTTP, 16 connections, against pgbench with prepared unnest of the same rows";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var database = await Postgres.NewDatabaseAsync(settings, "server");
        var folder = settings.NewFolder("postgres");
        using var server = await ServerUnderLoad.StartAsync(folder, database);
        var load = new AppendLoad(server.Address, SampleEvents.BatchLength);
        var rows = await Postgres.ReadAsync(database, load.FillTrace());
        var native = await Postgres.NewDatabaseAsync(settings, "native");
        var pgbench = PgBench.OfBatches(native, folder, rows, SampleEvents.BatchLength);
        var cores = new CoresUsed(server);
        var slowest = new List<double>();
        var rounds = await Interleaved.MeasureAsync(
            settings,
            async seconds =>
            {
                var rate = await cores.DuringAsync(() => load.RunAsync(seconds));
                slowest.Add(load.LatencyMs(0.99));
                return rate;
            },
            pgbench.RunAsync,
            ct
        );
        var p99 = Figure.Median(slowest.Skip(1));
        // One batch a script, and a trace of its own for each: pgbench tells how long a script took.
        var batch = PgBench.OfBatches(
            await Postgres.NewDatabaseAsync(settings, "single"),
            settings.NewFolder("batch"),
            [.. rows.Take(SampleEvents.BatchLength)],
            SampleEvents.BatchLength
        );
        var native99 = await batch.LatencyMsAsync(settings.Seconds, 0.99);
        return
        [
            Figure.Of(Name, "events/s", rounds, target: 0.6) with
            {
                Note = cores.ToString(),
            },
            new Figure
            {
                Name = $"{Name}-p99",
                Unit = "ms",
                Measured = p99,
                Target = MillisecondsMax,
                AtMost = true,
                Note =
                    $"the median of the rounds; the highest {slowest.Skip(1).Max():0.0} ms; "
                    + $"a batch of pgbench's {native99:0.0} ms",
            },
        ];
    }
}
