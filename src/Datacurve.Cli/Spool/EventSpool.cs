using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Redaction;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>
/// The events and blobs of one recording: numbers events, keeps them until the next flush, and writes blobs
/// before the events that name them. Not thread-safe; the recording that owns it takes turns.
/// </summary>
internal sealed class EventSpool : IDisposable
{
    // An hour changed by hand or a leap is told; the jitter of a clock that is being kept right is not.
    public const long ClockJitterMs = 1000;
    private static readonly Dictionary<string, long> NoRules = [];

    private readonly RecordingFolder _files;
    private readonly Cleansing _cleansing;
    private readonly ConsentFlags _consent;
    private readonly SpoolOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly SegmentFolder _segments;
    private readonly BlobFolder _blobs;
    private readonly ArrayBufferWriter<byte> _pending = new();
    private readonly HashSet<BlobId> _lostBlobs = [];
    private readonly Dictionary<BlobId, IReadOnlyDictionary<string, long>> _blobRules = [];
    private readonly HashSet<string> _warned = [];
    private long _bytes;
    private long _seqLast;
    private long _tsLastMs;
    private long _lostEvents;
    private long _lostEdits;

    public EventSpool(
        RecordingFolder files,
        Cleansing cleansing,
        ConsentFlags consent,
        SpoolOptions options,
        TimeProvider time,
        Action<string> warn
    )
    {
        (_files, _cleansing, _options, _time, _warn) = (files, cleansing, options, time, warn);
        _consent = consent;
        _segments = new SegmentFolder(files.Segments, options.SegmentBytes);
        _blobs = files.Blobs;
        _blobs.Prepare();
        var found = SpoolRepair.Run(files, _segments);
        Damages = found.Sentences;
        _seqLast = found.SeqLast;
        _tsLastMs = found.TsLastMs;
        _bytes = found.Bytes + _blobs.Bytes();
        if (Damages.Count > 0)
            Add(new NewEvent(ActorKind.Tool, new RecordingGap { Reason = GapReason.Damaged }), out _);
    }

    public IReadOnlyList<string> Damages { get; }

    /// <summary>How many events could not be kept since this was opened.</summary>
    public long LostEvents { get; private set; }

    public void Dispose()
    {
        _segments.Dispose();
        _blobs.Dispose();
    }

    public BlobId AddBlob(ReadOnlyMemory<byte> given, ContentKind kind)
    {
        if (Cleansed(() => (_cleansing.Blob(given.Span, kind, out var rules), rules)) is not { } content)
        {
            var refused = BlobId.Of(given.Span);
            _lostBlobs.Add(refused);
            return refused;
        }
        var blobId = BlobId.Of(content.Bytes);
        if (content.Rules.Count > 0)
            _blobRules[blobId] = content.Rules;
        Keep(blobId, kind, new MemoryStream(content.Bytes));
        return blobId;
    }

    public BlobId AddFile(Stream file, string path, ContentKind kind)
    {
        file.Position = 0;
        var blobId = BlobId.FromHash(SHA256.HashData(file));
        file.Position = 0;
        Keep(blobId, kind, file, path);
        return blobId;
    }

    private void Keep(BlobId blobId, ContentKind kind, Stream content, string? path = null)
    {
        if (Withholding.IsRefused(_consent, kind) || _blobs.Has(blobId))
            return;
        _lostBlobs.Add(blobId);
        var bytes = BlobFolder.SizeOf(content.Length);
        if (content.Length > _options.BlobBytesMax || !HasRoomFor(bytes))
            return;
        try
        {
            _blobs.Add(blobId, content, path);
            _lostBlobs.Remove(blobId);
            _bytes += bytes;
        }
        catch (Exception refused) when (IsOfDisk(refused))
        {
            WarnOfDisk(refused);
        }
    }

    /// <param name="added">The next event.</param>
    /// <param name="isKept">False where it is counted as missing instead.</param>
    public TraceEvent Add(NewEvent added, out bool isKept)
    {
        (isKept, var traceEvent) = (false, Number(added));
        var written = RequestJson.Write(traceEvent, added.PayloadJson);
        var cleansed = Cleansed(() => (_cleansing.Event(written, _consent, out var rules), rules));
        if (cleansed is not { } json || json.Bytes.Length > _options.EventBytesMax)
        {
            Lose(traceEvent);
            return traceEvent;
        }
        if (json.Rules.Count > 0 || Withholding.IsAsked(_consent))
            traceEvent = EventCatalog.Contract.Read(json.Bytes);
        // An event whose blob is not here would make the whole trace invalid.
        var blobs = EventCatalog.Contract.BlobReferences(traceEvent).Select(named => named.BlobId).ToList();
        if (blobs.Any(_lostBlobs.Contains) || !HasRoomFor(json.Bytes.Length))
            Lose(traceEvent);
        else if (_lostEvents > 0)
        {
            // What was lost comes before this, and so does its number.
            _seqLast = traceEvent.Seq - 1;
            SayWhatIsMissing();
            return Add(added, out isKept);
        }
        else
        {
            isKept = true;
            Keep(json.Bytes);
            Note(
                traceEvent.Seq,
                [json.Rules, .. blobs.Select(blobId => _blobRules.GetValueOrDefault(blobId, NoRules))]
            );
        }
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
    public Exception? TryFlush()
    {
        try
        {
            _blobs.Flush();
            if (_pending.WrittenCount > 0)
                _segments.Append(_pending.WrittenSpan);
            _pending.ResetWrittenCount();
            return null;
        }
        catch (Exception refused) when (IsOfDisk(refused))
        {
            WarnOfDisk(refused);
            return refused;
        }
    }

    /// <summary>Changes segments on disk, with what waited for the next flush in them.</summary>
    /// <exception cref="RecordingException">The disk refuses what waited.</exception>
    public T Rewrite<T>(Func<SegmentFolder, T> rewrite)
    {
        if (TryFlush() is { } refused)
            throw new RecordingException($"The recording cannot be written: {refused.Message}", refused);
        var report = rewrite(_segments);
        _bytes = SegmentFolder.Bytes(_files.Segments) + _blobs.Bytes();
        return report;
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
            Actor = new Actor { Kind = added.Actor, Id = added.ActorId },
            Context = added.Context,
            Payload = added.Payload,
        };
    }

    private (byte[] Bytes, IReadOnlyDictionary<string, long> Rules)? Cleansed(
        Func<(byte[], IReadOnlyDictionary<string, long>)> cleanse
    )
    {
        try
        {
            return cleanse();
        }
        catch (RedactionException)
        {
            WarnOnce("redaction", "Something could not be looked at for secrets and is not recorded.");
            return null;
        }
    }

    // Stands right behind its event, so that a drop of the one finds the other.
    private void Note(long seq, IEnumerable<IReadOnlyDictionary<string, long>> rules)
    {
        var sum = Redactions.Sum(rules);
        if (sum.Count == 0)
            return;
        var note = new RedactionNote { Seq = seq, Rules = sum };
        var json = JsonSerializer.SerializeToUtf8Bytes(note, SpoolJson.Default.RedactionNote);
        Frame.Write(_pending, FrameKind.Redacted, json);
        _bytes += Frame.HeadBytes + json.Length;
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
        LostEvents++;
        if (traceEvent.Payload is FileEdit)
            _lostEdits++;
    }

    // What waits while the disk refuses is bounded too, for it is in memory. What is missing is said first.
    private bool HasRoomFor(long bytes)
    {
        bytes += _lostEvents > 0 ? _options.EventBytesMax / 1024 : 0;
        if (_bytes + bytes <= _options.BytesMax && _pending.WrittenCount <= 2L * _options.PendingBytesMax)
            return true;
        WarnOnce(
            "full",
            $"The recording is full ({_bytes >> 20} MiB); what comes now is not caught. Send it with "
                + $"`datacurve push`, drop something, or raise {SpoolOptions.BytesMaxVariable}."
        );
        return false;
    }

    private static bool IsOfDisk(Exception exception) =>
        exception is IOException or UnauthorizedAccessException;

    private void WarnOfDisk(Exception refused) =>
        WarnOnce("disk", $"The recording cannot be written, which is tried again: {refused.Message}");

    private void WarnOnce(string cause, string sentence)
    {
        if (_warned.Add(cause))
            _warn(sentence);
    }
}
