using System.Buffers;
using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The events and blobs of one recording: numbers events, keeps them until the next flush, and writes blobs
/// before the events that name them. Not thread-safe; the recording that owns it takes turns.
/// </summary>
internal sealed class EventSpool : IDisposable
{
    // An hour changed by hand or a leap is told; the jitter of a clock that is being kept right is not.
    private const long ClockJitterMs = 1000;

    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly SegmentFolder _segments;
    private readonly BlobFolder _blobs;
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly HashSet<BlobId> _lostBlobs = [];
    private readonly HashSet<string> _warned = [];
    private long _bytes;
    private long _seqLast;
    private long _tsLastMs;
    private long _lostEvents;
    private long _lostEdits;

    public EventSpool(RecordingFolder files, SpoolOptions options, TimeProvider time, Action<string> warn)
    {
        (_options, _time, _warn) = (options, time, warn);
        _segments = new SegmentFolder(files.Segments, options.SegmentBytes);
        _blobs = files.Blobs;
        _blobs.Prepare();
        var found = SpoolRepair.Run(files, _segments);
        Damages = found.Sentences;
        _seqLast = found.SeqLast;
        _tsLastMs = found.TsLastMs;
        _bytes = found.Bytes + _blobs.Bytes();
        if (Damages.Count > 0)
            Add(new NewEvent(ActorKind.Tool, new RecordingGap { Reason = GapReason.Damaged }));
    }

    public IReadOnlyList<string> Damages { get; }

    public void Dispose() => _segments.Dispose();

    public BlobId AddBlob(ReadOnlySpan<byte> content)
    {
        var blobId = BlobId.Of(content);
        if (_blobs.Has(blobId))
            return blobId;
        if (content.Length > _options.BlobBytesMax || !HasRoomFor(content.Length))
        {
            _lostBlobs.Add(blobId);
            return blobId;
        }
        try
        {
            _blobs.Add(blobId, content);
            _lostBlobs.Remove(blobId);
            _bytes += content.Length;
        }
        catch (IOException refused)
        {
            _lostBlobs.Add(blobId);
            WarnOfDisk(refused);
        }
        return blobId;
    }

    public TraceEvent Add(NewEvent added)
    {
        var isMissing = _lostEvents > 0;
        var traceEvent = Number(added);
        var json = RequestJson.Write(traceEvent);
        // An event whose blob is not here would make the whole trace invalid.
        var isWhole = !EventCatalog
            .Contract.BlobReferences(traceEvent)
            .Any(named => _lostBlobs.Contains(named.BlobId));
        if (!isWhole || json.Length > _options.EventBytesMax || !HasRoomFor(json.Length))
        {
            Lose(traceEvent);
            return traceEvent;
        }
        if (isMissing)
        {
            SayWhatIsMissing();
            traceEvent = traceEvent with { Seq = ++_seqLast };
            json = RequestJson.Write(traceEvent);
        }
        Keep(json);
        return traceEvent;
    }

    /// <summary>
    /// Adds how much was lost since this was last said, beyond every limit, since nobody else will say it.
    /// </summary>
    public void SayWhatIsMissing()
    {
        if (_lostEvents == 0)
            return;
        var gap = new RecordingGap
        {
            Reason = GapReason.Full,
            Events = _lostEvents,
            Edits = _lostEdits,
        };
        (_lostEvents, _lostEdits) = (0, 0);
        Keep(RequestJson.Write(Number(new NewEvent(ActorKind.Tool, gap))));
    }

    /// <summary>Puts everything on disk; what refused, or null where nothing did.</summary>
    public IOException? TryFlush()
    {
        try
        {
            _blobs.Flush();
            if (_pending.WrittenCount > 0)
                _segments.Append(_pending.WrittenSpan);
            _pending.ResetWrittenCount();
            return null;
        }
        catch (IOException refused)
        {
            WarnOfDisk(refused);
            return refused;
        }
    }

    private TraceEvent Number(NewEvent added)
    {
        var now = _time.GetUtcNow();
        var tsMs = added.TsMs ?? now.ToUnixTimeMilliseconds();
        if (_tsLastMs - now.ToUnixTimeMilliseconds() > ClockJitterMs)
            WarnOnce(
                "clock",
                "The clock was moved back. Events keep their order and take the time of the last one until "
                    + "the clock has passed it."
            );
        _tsLastMs = Math.Max(_tsLastMs, tsMs);
        return new TraceEvent
        {
            EventId = added.EventId ?? Guid.CreateVersion7(now),
            Seq = ++_seqLast,
            TsMs = _tsLastMs,
            Type = RequestJson.TypeOf(added.Payload),
            Actor = new Actor { Kind = added.Actor },
            Context = added.Context,
            Payload = added.Payload,
        };
    }

    private void Keep(ReadOnlySpan<byte> json)
    {
        Frame.Write(_pending, FrameKind.Event, json);
        _bytes += Frame.HeadBytes + json.Length;
        if (_pending.WrittenCount > _options.PendingBytesMax)
            TryFlush();
    }

    private void Lose(TraceEvent traceEvent)
    {
        // Said at once as well as counted later, since a killed process says nothing later.
        if (_lostEvents == 0)
            Keep(
                RequestJson.Write(
                    Number(new NewEvent(ActorKind.Tool, new RecordingGap { Reason = GapReason.Full }))
                )
            );
        _lostEvents++;
        if (traceEvent.Payload is FileEdit)
            _lostEdits++;
    }

    // While the disk refuses, what waits is bounded too: memory is not where a recording can go.
    private bool HasRoomFor(long bytes)
    {
        if (_bytes + bytes <= _options.BytesMax && _pending.WrittenCount <= 2L * _options.PendingBytesMax)
            return true;
        WarnOnce(
            "full",
            $"The recording is full ({_bytes >> 20} MiB); what comes now is not caught. Send it with "
                + $"`datacurve push`, drop something, or raise {SpoolOptions.BytesMaxVariable}."
        );
        return false;
    }

    private void WarnOfDisk(IOException refused) =>
        WarnOnce("disk", $"The recording cannot be written, which is tried again: {refused.Message}");

    private void WarnOnce(string cause, string sentence)
    {
        if (_warned.Add(cause))
            _warn(sentence);
    }
}
