using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Json;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>Reads a finalized trace whole, as QA needs it.</summary>
internal sealed class QaSubjectReader(
    Database database,
    EventReader events,
    EventCatalog catalog,
    Cleansers cleansers,
    QaOptions options
)
{
    /// <exception cref="TraceTooLargeException">Over what may be read.</exception>
    public async Task<QaSubject> ReadAsync(TraceId traceId, Guid qaJobId, CancellationToken ct)
    {
        var trace =
            await database.ReadAsync(connection => TraceRow.FindAsync(connection, traceId))
            ?? throw new InvalidOperationException($"trace {traceId} has a QA job and no row");
        var read = new List<TraceEvent>();
        var bytes = 0L;
        await foreach (var stored in events.ReadAsync(traceId, 0, trace.SeqLast, ct))
        {
            bytes += stored.Body.Length;
            if (bytes > options.EventBytesMax)
                throw new TraceTooLargeException(options.EventBytesMax);
            read.Add(catalog.Read(stored.Body));
        }
        return new QaSubject
        {
            TraceId = traceId,
            QaJobId = qaJobId,
            Trace = JsonSerializer.Deserialize(trace.Document, DatacurveJson.Default.NewTrace)!,
            FinalState = JsonSerializer.Deserialize(trace.FinalState, DatacurveJson.Default.FinalState)!,
            Events = read,
            Cleanser = trace.Redaction is null ? null : await cleansers.OfAsync(trace.Project, ct),
        };
    }
}
