using DbUp;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Datacurve.Server.Storage;

/// <summary>Brings a SQLite file to the newest schema.</summary>
internal static class SqliteSchema
{
    /// <exception cref="StartException">The file is no database, or a newer version has migrated
    /// it.</exception>
    public static void Migrate(string path)
    {
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
        }.ToString();
        try
        {
            MigrationScripts.RefuseNewer(path, MigrationScripts.Sqlite, Applied(path, connectionString));
        }
        catch (SqliteException exception)
        {
            // Where there is no room for the files beside it, SQLite says no more than that the disk fails.
            var hint = exception.SqliteErrorCode == raw.SQLITE_IOERR ? " See that its disk has room." : "";
            throw new StartException(
                $"{path} cannot be opened as a SQLite database: {exception.Message}{hint}"
            );
        }

        var result = DeployChanges
            .To.SqliteDatabase(connectionString)
            .WithScripts(MigrationScripts.Of(MigrationScripts.Sqlite))
            .WithTransaction()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new StartException($"{path} cannot be migrated: {result.Error.Message}");
    }

    private static List<string> Applied(string path, string connectionString)
    {
        if (!File.Exists(path))
            return [];

        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from sqlite_master where name = 'SchemaVersions'";
        if ((long)command.ExecuteScalar()! == 0)
            return [];

        command.CommandText = "select ScriptName from SchemaVersions";
        using var reader = command.ExecuteReader();
        var applied = new List<string>();
        while (reader.Read())
            applied.Add(reader.GetString(0));
        return applied;
    }
}
