using System.Threading.Channels;
using Datacurve.Core;
using Npgsql;
using NpgsqlTypes;

namespace Datacurve.Server.Storage;

/// <summary>
/// Group commit for PostgreSQL: while a connection is busy with some appends, those that come meanwhile wait
/// and then go together, in one round trip and one transaction. Alone, an append goes at once.
/// </summary>
/// <remarks>
/// Within a commit appends are in the order of their traces, so that two that meet the same traces wait for
/// each other and never both ways round.
/// </remarks>
internal sealed class PostgresAppends : IAsyncDisposable
{
    private const int QueueLength = 4096;

    // Waited for twice where it is not known how a commit ended, and told before who sent it gives up.
    private const int CommitSecondsMax = 8;

    // Ten full batches in a commit instead of three answered the slowest hundredth a third later.
    private const int RowsPerCommitMax = 300;

    /// <summary>
    /// One statement checks and stores: the guard's row is the only one that the rows are joined to.
    /// </summary>
    public const string Sql = """
        with advanced as (
            update traces set seq_last = $3
            where trace_id = $1 and status = 'collecting' and seq_last < $2
            returning trace_id)
        insert into events (trace_id, seq, event_id, body)
        select a.trace_id, e.seq, e.event_id, e.body
        from advanced a cross join unnest($4, $5, $6) as e (seq, event_id, body)
        """;

    private readonly Channel<Append> _waiting = Channel.CreateBounded<Append>(QueueLength);
    private readonly NpgsqlDataSource _source;
    private readonly Task[] _lanes;

    /// <param name="source">Connections; at most <paramref name="lanes"/> are in use at a time.</param>
    /// <param name="lanes">How many commits may be under way at once.</param>
    public PostgresAppends(NpgsqlDataSource source, int lanes)
    {
        _source = source;
        _lanes = [.. Enumerable.Range(0, lanes).Select(_ => Task.Run(RunAsync))];
    }

    /// <returns>False where the guard refused.</returns>
    public async Task<bool> AddAsync(TraceId traceId, IReadOnlyList<EventRow> rows, CancellationToken ct)
    {
        var append = new Append(traceId, rows);
        await _waiting.Writer.WriteAsync(append, ct);
        return await append.Done.Task;
    }

    /// <summary>The parameters of <see cref="Sql"/>.</summary>
    public static void Bind(
        NpgsqlParameterCollection parameters,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = traceId.Stored() });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = rows[0].Seq });
        parameters.Add(new NpgsqlParameter<long> { TypedValue = rows[^1].Seq });
        parameters.Add(Column(NpgsqlDbType.Bigint, rows, row => row.Seq));
        parameters.Add(Column(NpgsqlDbType.Bytea, rows, row => row.EventId.Stored()));
        parameters.Add(Column(NpgsqlDbType.Bytea, rows, row => row.Body));
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await Task.WhenAll(_lanes);
    }

    private static NpgsqlParameter<T[]> Column<T>(
        NpgsqlDbType type,
        IReadOnlyList<EventRow> rows,
        Func<EventRow, T> value
    ) => new() { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = [.. rows.Select(value)] };

    private async Task RunAsync()
    {
        var together = new List<Append>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var rows = 0;
            while (rows < RowsPerCommitMax && _waiting.Reader.TryRead(out var append))
            {
                together.Add(append);
                rows += append.Rows.Count;
            }

            if (together.Count > 0)
                await CommitAsync(together);
            together.Clear();
        }
    }

    private async Task CommitAsync(List<Append> together)
    {
        try
        {
            together.Sort(static (one, other) => one.TraceId.Value.CompareTo(other.TraceId.Value));
            var stored = await ExecuteAsync(together);
            for (var i = 0; i < together.Count; i++)
                together[i].Done.SetResult(stored[i]);
        }
        catch (Exception exception) when (together.Count == 1 && !StoreFaults.IsAway(exception))
        {
            together[0].Done.SetException(exception);
        }
        catch (Exception)
        {
            // One of them was refused, or the connection was lost and it is not known how it ended. Each goes
            // again by itself: what was stored is recognized by the guard, and then by who asks.
            await Task.WhenAll(together.Select(RepeatAsync));
        }
    }

    private async Task RepeatAsync(Append append)
    {
        try
        {
            append.Done.SetResult(
                await PostgresRetries.RunAsync(
                    async _ => (await ExecuteAsync([append]))[0],
                    CancellationToken.None
                )
            );
        }
        catch (Exception exception)
        {
            append.Done.SetException(exception);
        }
    }

    private async Task<bool[]> ExecuteAsync(List<Append> together)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var batch = connection.CreateBatch();
        batch.Timeout = CommitSecondsMax;
        foreach (var append in together)
        {
            var command = new NpgsqlBatchCommand(Sql);
            Bind(command.Parameters, append.TraceId, append.Rows);
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync();
        return
        [
            .. Enumerable.Range(0, together.Count).Select(i => batch.BatchCommands[i].RecordsAffected > 0),
        ];
    }

    private sealed record Append(TraceId TraceId, IReadOnlyList<EventRow> Rows)
    {
        public TaskCompletionSource<bool> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
