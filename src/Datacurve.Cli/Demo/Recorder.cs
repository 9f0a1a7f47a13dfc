using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Demo;

/// <summary>
/// Sends a session's events to one trace in batches, in order, and the blobs they name before them.
/// </summary>
internal sealed class Recorder(ServiceClient client, string traceId, TimeProvider time)
{
    private const int BatchEvents = 10;

    private readonly List<TraceEvent> _pending = [];
    private long _seq;

    public string TraceId => traceId;

    /// <summary>Every event that was sent, in order.</summary>
    public List<TraceEvent> Sent { get; } = [];

    /// <summary>Of the batch sent last, the events.</summary>
    public IReadOnlyList<TraceEvent> LastBatch { get; private set; } = [];

    public Task<BlobId> BlobAsync(byte[] content, CancellationToken ct) => client.PutBlobAsync(content, ct);

    /// <summary>Records one event and returns its id; sends when a batch is full.</summary>
    public async Task<TraceEvent> AddAsync(
        ActorKind actor,
        EventPayload payload,
        EventContext context,
        CancellationToken ct
    )
    {
        var now = time.GetUtcNow();
        var traceEvent = new TraceEvent
        {
            EventId = Guid.CreateVersion7(now),
            Seq = ++_seq,
            TsMs = now.ToUnixTimeMilliseconds(),
            Type = RequestJson.TypeOf(payload),
            Actor = new Actor { Kind = actor, Id = "demo" },
            Context = context,
            Payload = payload,
        };
        _pending.Add(traceEvent);
        if (_pending.Count == BatchEvents)
            await FlushAsync(ct);
        return traceEvent;
    }

    /// <summary>Sends what is pending.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (_pending.Count == 0)
            return;
        await client.AppendAsync(traceId, _pending, ct);
        Sent.AddRange(_pending);
        LastBatch = _pending.ToList();
        _pending.Clear();
    }

    /// <summary>Sends the last batch once more, as a client does that lost the answer.</summary>
    public Task<EventsAccepted> RetryLastBatchAsync(CancellationToken ct) =>
        client.AppendAsync(traceId, LastBatch, ct);
}
