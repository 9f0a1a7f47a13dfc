using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Datacurve.Server.Storage;

/// <summary>
/// Writes the file anew from what is in it, and empties the log, which has the old pages. Outside of any
/// transaction, and in the writer's turn, so that no write runs into it.
/// </summary>
internal sealed class SqlitePurge
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the purge, or as it failed.</summary>
    public Task Task => _done.Task;

    public void Run(SqliteConnection writer)
    {
        try
        {
            using var command = writer.CreateCommand();
            command.CommandText = "vacuum";
            command.ExecuteNonQuery();
            command.CommandText = "pragma wal_checkpoint(truncate)";
            if (Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture) != 0)
                throw new TimeoutException("the log of the database is still being read");
            _done.SetResult();
        }
        catch (Exception exception)
        {
            _done.SetException(exception);
        }
    }
}
