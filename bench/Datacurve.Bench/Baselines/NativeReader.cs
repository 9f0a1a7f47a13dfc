using SQLitePCL;

namespace Datacurve.Bench.Baselines;

/// <summary>Reads the rows of one trace through SQLite's own interface and copies each body once.</summary>
internal sealed class NativeReader : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _select;
    private readonly byte[] _traceId;
    private readonly byte[] _copy = new byte[1 << 20];

    static NativeReader() => Batteries_V2.Init();

    public NativeReader(string path, string traceId)
    {
        _traceId = Guid.Parse(traceId).ToByteArray(bigEndian: true);
        raw.sqlite3_open(path, out _database);
        var code = raw.sqlite3_prepare_v2(
            _database,
            "select seq, body from events where trace_id = ? order by seq",
            out _select
        );
        if (code != raw.SQLITE_OK)
            throw new InvalidOperationException(raw.sqlite3_errmsg(_database).utf8_to_string());
    }

    /// <summary>All rows in order; gives the bytes of their bodies.</summary>
    public long ReadAll()
    {
        raw.sqlite3_bind_blob(_select, 1, _traceId);
        long bytes = 0;
        while (raw.sqlite3_step(_select) == raw.SQLITE_ROW)
        {
            var body = raw.sqlite3_column_blob(_select, 1);
            body.CopyTo(_copy);
            bytes += body.Length + raw.sqlite3_column_int64(_select, 0) % 2;
        }

        raw.sqlite3_reset(_select);
        return bytes;
    }

    public void Dispose()
    {
        _select.Dispose();
        _database.Dispose();
    }
}
