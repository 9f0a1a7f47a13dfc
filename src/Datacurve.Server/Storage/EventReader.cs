using System.Data.Common;
using System.Runtime.CompilerServices;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// Reads a trace's events in seq order, a page at a time: memory does not grow with the trace, and a slow
/// reader holds no transaction open. A page ends early where its events are large.
/// </summary>
internal sealed class EventReader(Database database)
{
    private const int PageLength = 500;
    private const int PageBytes = 1 << 20;

    /// <param name="traceId">The trace; none that is unknown has events.</param>
    /// <param name="afterSeq">The last seq that is not wanted.</param>
    /// <param name="throughSeq">The last seq that is wanted.</param>
    public async IAsyncEnumerable<StoredEvent> ReadAsync(
        TraceId traceId,
        long afterSeq,
        long throughSeq,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        while (true)
        {
            var page = await PageAsync(traceId, afterSeq, throughSeq);
            foreach (var stored in page)
            {
                ct.ThrowIfCancellationRequested();
                yield return stored;
            }

            if (page.Count == 0)
                yield break;
            afterSeq = page[^1].Seq;
        }
    }

    private Task<List<StoredEvent>> PageAsync(TraceId traceId, long afterSeq, long throughSeq) =>
        database.ReadAsync(async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = """
                select seq, body from events
                where trace_id = @traceId and seq > @afterSeq and seq <= @throughSeq
                order by seq limit @limit
                """;
            Add(command, "@traceId", traceId.Stored());
            Add(command, "@afterSeq", afterSeq);
            Add(command, "@throughSeq", throughSeq);
            Add(command, "@limit", PageLength);
            await using var rows = await command.ExecuteReaderAsync();
            var page = new List<StoredEvent>(PageLength);
            for (var bytes = 0; bytes < PageBytes && await rows.ReadAsync(); bytes += page[^1].Body.Length)
                page.Add(new StoredEvent(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
            return page;
        });

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}

/// <summary>An event as it is stored and given back.</summary>
internal sealed record StoredEvent(long Seq, byte[] Body)
{
    /// <summary>
    /// The body in one line. JSON has line breaks between tokens only, so each may become a space.
    /// </summary>
    public byte[] Line()
    {
        if (Body.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return Body;

        var line = (byte[])Body.Clone();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }
}
