using System.Reflection;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Datacurve.Server.Storage;

/// <summary>
/// Numbered, forward-only migrations: the SQL files beside this class, in the order of their names.
/// </summary>
internal static class Schema
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
            RefuseNewer(path, connectionString);
        }
        catch (SqliteException exception)
        {
            throw new StartException($"{path} cannot be opened as a SQLite database: {exception.Message}");
        }

        var result = DeployChanges
            .To.SqliteDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(
                Assembly.GetExecutingAssembly(),
                name => name.EndsWith(".sql", StringComparison.Ordinal)
            )
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new StartException($"{path} cannot be migrated: {result.Error.Message}");
    }

    private static void RefuseNewer(string path, string connectionString)
    {
        if (!File.Exists(path))
            return;

        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from sqlite_master where name = 'SchemaVersions'";
        if ((long)command.ExecuteScalar()! == 0)
            return;

        var known = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .ToHashSet(StringComparer.Ordinal);
        command.CommandText = "select ScriptName from SchemaVersions order by ScriptName";
        using var reader = command.ExecuteReader();
        while (reader.Read())
            if (!known.Contains(reader.GetString(0)))
                throw new StartException(
                    $"{path} was migrated by a newer version of Datacurve (it has {reader.GetString(0)}, which this "
                        + "version does not know). Start the newer version, or restore a backup from before it."
                );
    }
}
