using System.Data.Common;
using Dapper;
using Datacurve.Core;
using Datacurve.Core.Json;
using Datacurve.Core.Redaction;
using Datacurve.Server.Originals;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Traces;

/// <summary>How an append ended.</summary>
internal abstract record AppendOutcome
{
    private AppendOutcome() { }

    /// <summary>All events are held, of which <paramref name="Duplicates"/> were held before.</summary>
    internal sealed record Accepted(int Count, long SeqHigh, int Duplicates) : AppendOutcome;

    internal sealed record UnknownTrace : AppendOutcome;

    internal sealed record NotCollecting(string Status) : AppendOutcome;

    internal sealed record DuplicateIds(IReadOnlyList<Guid> EventIds) : AppendOutcome;

    /// <summary>The events at these places of the batch are not above what the trace holds.</summary>
    internal sealed record StaleSeqs(IReadOnlyList<(int Index, long Seq)> Events, long SeqLast)
        : AppendOutcome;
}

/// <summary>
/// The append path: one guarded statement in the common case, and a look at what is there otherwise.
/// </summary>
internal sealed class EventLog(
    Database database,
    EventReader events,
    TraceOriginals originals,
    TraceSignals signals
)
{
    /// <summary>
    /// Appends a batch whose seqs rise strictly, whole or not at all. Sending it again is safe: what the
    /// trace already holds exactly is counted, not stored twice.
    /// </summary>
    public async Task<AppendOutcome> AppendAsync(
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        CancellationToken ct
    )
    {
        AppendOutcome outcome;
        rows = await originals.SealAsync(traceId, rows);
        try
        {
            outcome = await StoreAsync(traceId, rows, ct)
                ? new AppendOutcome.Accepted(rows.Count, rows[^1].Seq, Duplicates: 0)
                : await database.WriteAsync(connection => AppendRestAsync(connection, traceId, rows), ct)
                    ?? await CompareSealedAsync(traceId, rows, ct);
        }
        catch (DbException exception) when (StoreFaults.IsTaken(exception))
        {
            // The unique index refused an event id; the whole batch was undone.
            return await database.ReadAsync(async connection =>
            {
                var held = await HeldAsync(connection, traceId, rows);
                var reused = await ReusedAsync(connection, traceId, NotHeld(rows, held));
                return new AppendOutcome.DuplicateIds(reused);
            });
        }

        if (outcome is AppendOutcome.Accepted { Duplicates: var duplicates } && duplicates < rows.Count)
        {
            Telemetry.EventsAppended.Add(rows.Count - duplicates);
            signals.Raise(traceId);
        }

        return outcome;
    }

    // Most batches have nothing replaced and nothing withheld, and go the short way.
    private Task<bool> StoreAsync(TraceId traceId, IReadOnlyList<EventRow> rows, CancellationToken ct) =>
        rows.All(row => row is { Redaction: null, Withheld.Count: 0 })
            ? database.AppendAsync(traceId, rows, ct)
            : database.WriteAsync(connection => StoreAsync(connection, traceId, rows), ct);

    // The trace's row is locked by the append, so that what is read of it stays so.
    private async Task<bool> StoreAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        if (!await database.AppendAsync(connection, traceId, rows))
            return false;
        RedactionReport[] reports = [.. rows.Select(row => row.Redaction).OfType<RedactionReport>()];
        if (reports.Length > 0)
            await RedactionCounts.AddAsync(connection, traceId, reports);
        await TraceOriginals.AddAsync(connection, traceId, rows);
        await WithheldNames.NoteAsync(connection, traceId, rows.SelectMany(row => row.Withheld));
        return true;
    }

    /// <summary>
    /// What stands in the way of a batch: a retry, a partial retry, a conflict. The row is locked first, so
    /// that what is looked at does not change meanwhile. Null where the trace is sealed: it has no rows.
    /// </summary>
    private async Task<AppendOutcome?> AppendRestAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        var trace = await connection.QuerySingleOrDefaultAsync<HeldTrace?>(
            """
            update traces set seq_last = seq_last where trace_id = @traceId and project_id <> @erased
            returning status, seq_last as SeqLast, sealed_hash as SealedHash
            """,
            new { traceId = traceId.Stored(), erased = ProjectId.Erased.Value.Stored() }
        );
        if (trace is null)
            return new AppendOutcome.UnknownTrace();
        return trace.SealedHash is null ? await AppendRestAsync(connection, traceId, rows, trace) : null;
    }

    /// <summary>A sealed trace takes nothing any more, but knows what it took.</summary>
    private async Task<AppendOutcome> CompareSealedAsync(
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        CancellationToken ct
    )
    {
        var sent = rows.ToDictionary(row => row.Seq);
        var held = 0;
        await foreach (var stored in events.ReadAsync(traceId, rows[0].Seq - 1, rows[^1].Seq, ct))
            if (sent.TryGetValue(stored.Seq, out var row) && IsSame(row.Body, stored.Body))
                held++;
        if (held == rows.Count)
            return new AppendOutcome.Accepted(rows.Count, rows[^1].Seq, Duplicates: held);

        var trace = await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId));
        return trace is null
            ? new AppendOutcome.UnknownTrace()
            : new AppendOutcome.NotCollecting(trace.Status);
    }

    private async Task<AppendOutcome> AppendRestAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows,
        HeldTrace trace
    )
    {
        var held = await HeldAsync(connection, traceId, rows);
        var duplicates = rows.TakeWhile(row => held.Contains(row.Seq)).Count();
        if (duplicates == rows.Count)
            return new AppendOutcome.Accepted(rows.Count, rows[^1].Seq, duplicates);
        if (trace.Status != "collecting")
            return new AppendOutcome.NotCollecting(trace.Status);

        EventRow[] rest = [.. rows.Skip(duplicates)];
        if (await StoreAsync(connection, traceId, rest))
            return new AppendOutcome.Accepted(rows.Count, rows[^1].Seq, duplicates);

        var reused = await ReusedAsync(connection, traceId, NotHeld(rest, held));
        return reused.Count > 0
            ? new AppendOutcome.DuplicateIds(reused)
            : new AppendOutcome.StaleSeqs(
                [
                    .. rest.Index()
                        .Where(row => row.Item.Seq <= trace.SeqLast && !held.Contains(row.Item.Seq))
                        .Select(row => (duplicates + row.Index, row.Item.Seq)),
                ],
                trace.SeqLast
            );
    }

    private static List<EventRow> NotHeld(IReadOnlyList<EventRow> rows, HashSet<long> held) =>
        [.. rows.Where(row => !held.Contains(row.Seq))];

    /// <summary>The ids of the rows that the trace has given to other events.</summary>
    private async Task<List<Guid>> ReusedAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        var stored = await connection.QueryAsync<byte[]>(
            $"select event_id from events where trace_id = @traceId and {database.IsAny("event_id", "@ids")}",
            new { traceId = traceId.Stored(), ids = rows.Select(row => row.EventId.Stored()).ToArray() }
        );
        return [.. stored.Select(Ids.ToGuid)];
    }

    /// <summary>The seqs of the rows that the trace holds exactly.</summary>
    private async Task<HashSet<long>> HeldAsync(
        DbConnection connection,
        TraceId traceId,
        IReadOnlyList<EventRow> rows
    )
    {
        var sent = rows.ToDictionary(row => row.Seq);
        var stored = await connection.QueryAsync<HeldEvent>(
            $"""
            select seq, event_id as EventId, body from events
            where trace_id = @traceId and {database.IsAny("seq", "@seqs")}
            """,
            new { traceId = traceId.Stored(), seqs = sent.Keys.ToArray() }
        );
        return [.. stored.Where(found => IsSame(sent[found.Seq], found)).Select(found => found.Seq)];
    }

    private static bool IsSame(EventRow sent, HeldEvent held) =>
        Ids.ToGuid(held.EventId) == sent.EventId && IsSame(sent.Body, held.Body);

    private static bool IsSame(ReadOnlyMemory<byte> sent, byte[] held) =>
        sent.Span.SequenceEqual(held) || SameJson.Is(sent, held, "event_id");

    private sealed record HeldTrace
    {
        public required string Status { get; init; }
        public required long SeqLast { get; init; }
        public byte[]? SealedHash { get; init; }
    }

    private sealed record HeldEvent(long Seq, byte[] EventId, byte[] Body);
}
