using Datacurve.Core;
using Npgsql;

namespace Datacurve.Server.Storage;

/// <summary>
/// Runs again what PostgreSQL undid for certain: a conflict of transactions, or a connection that was lost
/// before a commit was asked for. A few times and for a bounded time, so that a server that is away is told.
/// </summary>
internal static class PostgresRetries
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetriesMax = TimeSpan.FromSeconds(3);

    /// <param name="run">Told of each attempt, so that it can say when it asks for its commit. What is safe
    /// to do twice need not say so.</param>
    public static async Task<T> RunAsync<T>(Func<Attempt, Task<T>> run, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 1; ; number++)
        {
            var attempt = new Attempt();
            try
            {
                return await run(attempt);
            }
            catch (NpgsqlException exception)
                when (number < Attempts
                    && attempt.IsUndone(exception)
                    && TimeProvider.System.GetElapsedTime(started) < RetriesMax
                )
            {
                // Spread, so that those that met in a conflict do not meet again.
                await Task.Delay(GrowingPause.Spread(GrowingPause.After(FirstPause, number, RetriesMax)), ct);
            }
        }
    }

    internal sealed class Attempt
    {
        /// <summary>Whether a commit was asked for.</summary>
        public bool MayBeCommitted { get; set; }

        /// <summary>Whether nothing of the attempt can have stayed, and another may do better.</summary>
        public bool IsUndone(NpgsqlException exception) =>
            exception
                is PostgresException
                {
                    SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
                }
            || (!MayBeCommitted && StoreFaults.IsAway(exception));
    }
}
