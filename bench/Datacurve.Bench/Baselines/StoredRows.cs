using Microsoft.Data.Sqlite;

namespace Datacurve.Bench.Baselines;

/// <summary>One row of the events table, without its trace.</summary>
internal sealed record StoredRow(long Seq, byte[] EventId, byte[] Body);

/// <summary>
/// The rows that a server made of a trace that was sent to it. Baselines write these, so that both sides
/// store the same bytes.
/// </summary>
internal static class StoredRows
{
    /// <param name="databasePath">The server's SQLite file.</param>
    /// <param name="traceId">The trace to take.</param>
    public static IReadOnlyList<StoredRow> Read(string databasePath, string traceId)
    {
        using var connection = new SqliteConnection($"Data Source={databasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "select seq, event_id, body from events where trace_id = $trace_id order by seq";
        command.Parameters.AddWithValue("$trace_id", Guid.Parse(traceId).ToByteArray(bigEndian: true));
        using var reader = command.ExecuteReader();
        var rows = new List<StoredRow>();
        while (reader.Read())
            rows.Add(new StoredRow(reader.GetInt64(0), (byte[])reader[1], (byte[])reader[2]));
        return rows;
    }
}
