using System.Threading.Channels;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Microsoft.Extensions.Caching.Memory;

namespace Datacurve.Server.Auth;

/// <summary>One act: who did what, to which trace or other thing, and how it was answered.</summary>
internal sealed record AuditEntry(
    long TsMs,
    Caller Caller,
    string Action,
    TraceId? TraceId,
    string? Subject,
    int Status,
    string RequestId
);

/// <summary>
/// The append-only record of who did what to which trace. An act that changes or reveals something for good
/// is on disk before its answer begins; what a client does over and over (append, read) is written once an
/// hour for each caller, trace and kind, in the background, and at a kill the last second of those may be
/// missing.
/// </summary>
internal sealed class AuditLog(Database database, TimeProvider time, ILogger<AuditLog> log)
    : BackgroundService
{
    private const int QueueLength = 10_000;
    private const int RowsPerWriteMax = 500;
    private const int RememberedMax = 100_000;
    private static readonly TimeSpan OncePer = TimeSpan.FromHours(1);

    // Container engines kill two seconds after the time that a stop has.
    private static readonly TimeSpan LastWriteMax = TimeSpan.FromSeconds(1);

    private readonly Channel<AuditEntry> _queue = Channel.CreateBounded<AuditEntry>(QueueLength);
    private readonly MemoryCache _written = new(new MemoryCacheOptions { SizeLimit = RememberedMax });

    /// <summary>Writes an act; durable when this completes.</summary>
    public Task WriteAsync(AuditEntry entry, CancellationToken ct) => WriteAsync([entry], ct);

    /// <summary>Notes an act that is done over and over.</summary>
    public void Note(AuditEntry entry)
    {
        var kind = (entry.Caller.Name, entry.Action, entry.TraceId, entry.Subject);
        if (_written.TryGetValue(kind, out _))
            return;
        _written.Set(
            kind,
            entry.TsMs,
            new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = OncePer }
        );
        if (!_queue.Writer.TryWrite(entry))
            log.AuditOverflowed(QueueLength);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await writing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // Requests that did not end have used up the time of the stop; what they did is written still.
            await Task.WhenAny(writing, Task.Delay(LastWriteMax, time, CancellationToken.None));
        }

        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _written.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It ends when the queue is closed and empty, so that a stop in good order loses nothing.
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var batch = new List<AuditEntry>();
            while (batch.Count < RowsPerWriteMax && _queue.Reader.TryRead(out var entry))
                batch.Add(entry);
            try
            {
                await WriteAsync(batch, CancellationToken.None);
            }
            catch (Exception exception)
            {
                log.AuditFailed(batch.Count, exception);
            }
        }
    }

    private Task<int> WriteAsync(IReadOnlyList<AuditEntry> entries, CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    insert into audit_log
                        (ts_ms, project_id, caller, action, trace_id, subject, status, request_id)
                    values (@TsMs, @ProjectId, @Caller, @Action, @TraceId, @Subject, @Status, @RequestId)
                    """,
                    entries.Select(entry => new
                    {
                        entry.TsMs,
                        ProjectId = entry.Caller.Project.Value.Stored(),
                        Caller = entry.Caller.Name,
                        entry.Action,
                        TraceId = entry.TraceId?.Stored(),
                        entry.Subject,
                        entry.Status,
                        entry.RequestId,
                    })
                ),
            ct
        );
}
