using Datacurve.Core;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace Datacurve.Server.Storage;

/// <summary>
/// Brings a PostgreSQL database to the newest schema, one process at a time however many start at once.
/// </summary>
internal static class PostgresSchema
{
    // A lock number of our own; all processes that migrate this database must agree on it.
    private const long MigrationLock = 0x64617461_63757276;
    private const int LockWaitSeconds = 120;

    // Whoever comes to a table waits behind who asks for all of it: so it is asked for again and again,
    // each time for less than it takes until PostgreSQL looks for a deadlock, to end in the service.
    private const int TableLockMs = 500;
    private static readonly TimeSpan TablesWait = TimeSpan.FromSeconds(LockWaitSeconds / 2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(2);

    /// <exception cref="StartException">The database cannot be reached or migrated, or a newer version has
    /// migrated it.</exception>
    public static void Migrate(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var store = $"The database {settings.Database} on {settings.Host}";
        try
        {
            Alone(
                connectionString,
                connection =>
                {
                    MigrationScripts.RefuseNewer(store, MigrationScripts.PostgreSql, Applied(connection));
                    Upgrade(connectionString, store);
                    return true;
                }
            );
        }
        catch (NpgsqlException exception)
        {
            throw new StartException($"{store} cannot be used: {exception.Message}");
        }
    }

    /// <summary>Makes what changes the schema of a database while no other process does.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached, or another takes too long.</exception>
    public static T Alone<T>(string connectionString, Func<NpgsqlConnection, T> make)
    {
        using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString()
        );
        connection.Open();
        // Held by the session, so that it goes with the process however that ends.
        Execute(
            connection,
            $"set lock_timeout = '{LockWaitSeconds}s'; select pg_advisory_lock({MigrationLock})"
        );
        return make(connection);
    }

    private static void Upgrade(string connectionString, string store)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 1; ; number++)
        {
            var result = TryUpgrade(connectionString);
            if (result.Successful)
                return;
            if (!IsHeld(result.Error))
                throw new StartException($"{store} cannot be migrated: {result.Error.Message}");
            if (TimeProvider.System.GetElapsedTime(started) >= TablesWait)
                throw new StartException(
                    $"{store} cannot be migrated: others hold its tables, as a backup or a long query does. Start "
                        + "again when they are done."
                );
            var pause = GrowingPause.Spread(GrowingPause.After(FirstPause, number, PauseMax));
            Task.Delay(pause, TimeProvider.System).GetAwaiter().GetResult();
        }
    }

    private static DatabaseUpgradeResult TryUpgrade(string connectionString) =>
        DeployChanges
            .To.PostgresqlDatabase(
                new NpgsqlConnectionStringBuilder(connectionString)
                {
                    Pooling = false,
                    Options = $"-c lock_timeout={TableLockMs}",
                    // To write rows anew takes as long as it takes.
                    CommandTimeout = 0,
                }.ToString()
            )
            .WithScripts(MigrationScripts.Of(MigrationScripts.PostgreSql))
            .WithTransaction()
            .WithVariablesDisabled()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();

    private static bool IsHeld(Exception failure) =>
        failure.GetBaseException()
            is PostgresException
            {
                SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            };

    private static List<string> Applied(NpgsqlConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select to_regclass('schemaversions') is not null";
        if (!(bool)command.ExecuteScalar()!)
            return [];

        command.CommandText = "select scriptname from schemaversions";
        using var reader = command.ExecuteReader();
        var applied = new List<string>();
        while (reader.Read())
            applied.Add(reader.GetString(0));
        return applied;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = LockWaitSeconds + 10;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
