using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;

namespace Datacurve.Bench.Figures;

/// <summary>Appends to a store of millions of events against appends to one of 100,000.</summary>
internal sealed class LargeStore : IBenchmark
{
    private const int SmallRows = 100_000;

    public string Name => "large-store";

    public string Summary => "100-event appends to a store of 10 million events against one of 100,000";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var (large, small) = (settings.NewFolder("large"), settings.NewFolder("small"));
        await FillAsync(settings, small, SmallRows);
        await FillAsync(settings, large, settings.Rows);
        using var largeServer = await ServerUnderLoad.StartAsync(large);
        using var smallServer = await ServerUnderLoad.StartAsync(small);
        var largeLoad = new AppendLoad(largeServer.Address, SampleEvents.BatchLength);
        var smallLoad = new AppendLoad(smallServer.Address, SampleEvents.BatchLength);
        var rounds = await Interleaved.MeasureAsync(settings, largeLoad.RunAsync, smallLoad.RunAsync, ct);
        var gigabytes = new FileInfo(SqliteStores.DatabaseOf(large)).Length / 1e9;
        return
        [
            Figure.Of(Name, "events/s", rounds, target: 0.85) with
            {
                Note = $"{settings.Rows:#,##0} events, {gigabytes:0.0} GB",
            },
        ];
    }

    /// <summary>
    /// Brings a store to so many events with the baseline's loop, whose rows are those that a server stored;
    /// sending them all over HTTP would take minutes and end in the same file.
    /// </summary>
    private static async Task FillAsync(Settings settings, string folder, long rows)
    {
        const int RowsPerTransaction = 10_000;
        string traceId;
        using (var server = await ServerUnderLoad.StartAsync(folder))
        {
            traceId = new AppendLoad(server.Address, SampleEvents.BatchLength).FillTrace();
            await server.StopAsync();
        }

        var path = SqliteStores.DatabaseOf(folder);
        using var native = new NativeSqlite(path, StoredRows.Read(path, traceId), durable: false);
        await settings.Progress.WriteLineAsync($"bench:   writing {rows:#,##0} events");
        for (long written = 0; written < rows; written += RowsPerTransaction)
            native.Write(RowsPerTransaction);
        native.AddTraces();
        native.Execute("pragma wal_checkpoint(truncate)");
    }
}
