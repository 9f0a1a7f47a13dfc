using Npgsql;

namespace Datacurve.Bench.Baselines;

/// <summary>Databases of the run's private cluster.</summary>
internal static class Postgres
{
    /// <summary>A new database that has the schema which the server makes.</summary>
    public static async Task<Uri> NewDatabaseAsync(Settings settings, string name)
    {
        var admin = new Uri(Settings.Postgres);
        name = $"bench_{name}_{Guid.NewGuid():N}";
        await using (var source = Open(admin))
        await using (var create = source.CreateCommand($"create database {name}"))
            await create.ExecuteNonQueryAsync();

        var made = new UriBuilder(admin) { Path = name }.Uri;
        using (var server = await ServerUnderLoad.StartAsync(settings.NewFolder(name), made))
            await server.StopAsync();
        return made;
    }

    /// <summary>The database as its own programs are told of it.</summary>
    public static string Conninfo(Uri database) =>
        $"host={database.Host} port={database.Port} user={database.UserInfo} dbname={database.AbsolutePath[1..]}";

    /// <summary>The rows of a trace that a server stored there.</summary>
    public static async Task<IReadOnlyList<StoredRow>> ReadAsync(Uri database, string traceId)
    {
        await using var source = Open(database);
        await using var command = source.CreateCommand(
            "select seq, event_id, body from events where trace_id = $1 order by seq"
        );
        command.Parameters.Add(new() { Value = Guid.Parse(traceId).ToByteArray(bigEndian: true) });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<StoredRow>();
        while (await reader.ReadAsync())
            rows.Add(new StoredRow(reader.GetInt64(0), (byte[])reader[1], (byte[])reader[2]));
        return rows;
    }

    private static NpgsqlDataSource Open(Uri database) =>
        NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder
            {
                Host = database.Host,
                Port = database.Port,
                Username = database.UserInfo,
                Database = database.AbsolutePath[1..],
                Pooling = false,
            }
        );
}
