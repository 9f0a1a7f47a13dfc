using Datacurve.Bench.Baselines;
using Datacurve.Bench.Load;
using Microsoft.Data.Sqlite;

namespace Datacurve.Bench.Figures;

/// <summary>What a sealed trace takes on disk against what its rows took.</summary>
internal sealed class SealedTrace : IBenchmark
{
    private const int Batches = 50;
    private static readonly TimeSpan SealMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] FinalState = """{"final_state":{}}"""u8.ToArray();

    public string Name => "sealed-trace";

    public string Summary => "the bytes of a sealed trace of 5,000 events against those of its rows";

    public async Task<IReadOnlyList<Figure>> RunAsync(Settings settings, CancellationToken ct)
    {
        var folder = settings.NewFolder("sealed");
        using var server = await ServerUnderLoad.StartAsync(
            folder,
            new Dictionary<string, string> { ["SEAL_AFTER_SECONDS"] = "0", ["KEEPING_SWEEP_SECONDS"] = "1" }
        );
        var traceId = new AppendLoad(server.Address, SampleEvents.BatchLength, Batches).FillTrace();
        var rows = StoredRows.Read(SqliteStores.DatabaseOf(folder), traceId);
        using var connection = new RawConnection(server.Address);
        var (status, _) = connection.Ask(
            connection.Head("POST", $"/traces/{traceId}/finalize", FinalState.Length),
            FinalState
        );
        if (status != 200)
            throw new InvalidOperationException($"the finalize was answered with {status}");

        var sealedBytes = new FileInfo(await WaitForBlobAsync(folder, traceId, ct)).Length;
        var rowBytes = BytesOfRows(settings, folder, rows);
        return
        [
            new Figure
            {
                Name = Name,
                Unit = "KB",
                Measured = sealedBytes / 1e3,
                Baseline = rowBytes / 1e3,
                Ratio = (double)sealedBytes / rowBytes,
                Target = 0.15,
                AtMost = true,
                Note =
                    $"{(double)sealedBytes / rows.Count:0} bytes an event, {(double)rowBytes / rows.Count:0} as rows",
            },
        ];
    }

    /// <summary>The file that holds the trace, once it is sealed.</summary>
    private static async Task<string> WaitForBlobAsync(string folder, string traceId, CancellationToken ct)
    {
        using var connection = new SqliteConnection(
            $"Data Source={SqliteStores.DatabaseOf(folder)};Pooling=False"
        );
        await connection.OpenAsync(ct);
        using var command = connection.CreateCommand();
        command.CommandText =
            "select sealed_hash from traces where trace_id = $trace_id and sealed_hash is not null";
        command.Parameters.AddWithValue("$trace_id", Guid.Parse(traceId).ToByteArray(bigEndian: true));
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < SealMax)
        {
            if (await command.ExecuteScalarAsync(ct) is byte[] hash)
                return Directory
                    .GetFiles(
                        Path.Combine(folder, "blobs"),
                        Convert.ToHexStringLower(hash) + "*",
                        SearchOption.AllDirectories
                    )
                    .Single();
            await Task.Delay(Poll, ct);
        }

        throw new InvalidOperationException($"the trace was not sealed within {SealMax}");
    }

    /// <summary>What a store of the same schema grows by when it gets the rows.</summary>
    private static long BytesOfRows(Settings settings, string folder, IReadOnlyList<StoredRow> rows)
    {
        var path = Path.Combine(settings.NewFolder("rows"), "rows.db");
        SqliteStores.CopySchema(SqliteStores.DatabaseOf(folder), path);
        var empty = new FileInfo(path).Length;
        using (var native = new NativeSqlite(path, rows))
        {
            native.Write(rows.Count);
            native.Execute("pragma wal_checkpoint(truncate)");
        }

        return new FileInfo(path).Length - empty;
    }
}
