using Datacurve.Bench.Load;
using Microsoft.Data.Sqlite;

namespace Datacurve.Bench.Baselines;

/// <summary>
/// A server over a new SQLite store, and a second store of the same schema for the baseline.
/// </summary>
internal sealed class SqliteStores : IDisposable
{
    private SqliteStores(ServerUnderLoad server, AppendLoad load, NativeSqlite native)
    {
        Server = server;
        Load = load;
        Native = native;
    }

    public ServerUnderLoad Server { get; }
    public AppendLoad Load { get; }
    public NativeSqlite Native { get; }

    public static async Task<SqliteStores> MakeAsync(
        Settings settings,
        int batchLength,
        int batchesPerTrace = AppendLoad.BatchesPerTrace
    )
    {
        var folder = settings.NewFolder("server");
        var server = await ServerUnderLoad.StartAsync(folder);
        var load = new AppendLoad(server.Address, batchLength, batchesPerTrace);
        var rows = StoredRows.Read(DatabaseOf(folder), load.FillTrace());
        var native = Path.Combine(settings.NewFolder("native"), "native.db");
        CopySchema(DatabaseOf(folder), native);
        return new SqliteStores(server, load, new NativeSqlite(native, rows));
    }

    public static string DatabaseOf(string folder) => Path.Combine(folder, "datacurve.db");

    /// <summary>A store with the tables and indexes of another, and none of its rows.</summary>
    public static void CopySchema(string from, string to)
    {
        using var source = new SqliteConnection($"Data Source={from};Pooling=False");
        source.Open();
        using var command = source.CreateCommand();
        command.CommandText =
            "select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid";
        var statements = new List<string>();
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                statements.Add(reader.GetString(0));

        using var target = new SqliteConnection($"Data Source={to};Pooling=False");
        target.Open();
        using var create = target.CreateCommand();
        create.CommandText = string.Join(";\n", statements);
        create.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Native.Dispose();
        Server.Dispose();
    }
}
