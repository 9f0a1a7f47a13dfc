using Datacurve.Cli.Spool;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Core.Replay;

namespace Datacurve.Cli.Capture.Files;

/// <summary>The events of a recording as they are on disk, read to be replayed.</summary>
internal sealed class RecordedLog
{
    private readonly IEnumerable<TraceEvent> _events;
    private readonly Func<BlobId, byte[]?> _read;
    private readonly Dictionary<string, long> _lastSeqs = [];

    /// <param name="events">In order of seq.</param>
    /// <param name="read">The content of a blob; null where it is gone.</param>
    public RecordedLog(IEnumerable<TraceEvent> events, Func<BlobId, byte[]?> read) =>
        (_events, _read) = (events, read);

    /// <summary>The last commit that an event names as HEAD, once replayed.</summary>
    public string? LastCommit { get; private set; }

    /// <summary>Reads the last commit without a replay, of a log whose diffs are withheld.</summary>
    public string? ReadLastCommit() =>
        _events
            .Select(traceEvent => traceEvent.Context?.CommitHead)
            .LastOrDefault(commit => commit is not null);

    /// <summary>What was flushed of a recording, whoever holds it.</summary>
    public static RecordedLog Of(RecordingFolder recording) =>
        new(
            from segment in SegmentFolder.Scan(recording.Segments)
            from frame in segment.Frames
            where frame.Kind == FrameKind.Event
            select EventCatalog.Contract.Read(frame.Content.Span),
            recording.Blobs.Read
        );

    /// <summary>Replays every event on the base, as the service does.</summary>
    public TraceReplay Replay(IFileTree start)
    {
        var replay = new TraceReplay(start);
        foreach (var traceEvent in _events)
        {
            if (traceEvent.Payload is FileEdit edit)
                _lastSeqs[edit.FilePath] = traceEvent.Seq;
            else if (traceEvent.Payload is FileSnapshot snapshot)
                _lastSeqs[snapshot.FilePath] = traceEvent.Seq;
            LastCommit = traceEvent.Context?.CommitHead ?? LastCommit;
            if (TraceReplay.BlobOf(traceEvent) is { } blobId)
                replay.Apply(traceEvent, _read(blobId));
        }
        return replay;
    }

    /// <summary>The event that changed a file last, in a log that was replayed.</summary>
    public long? LastSeqOf(string path) => _lastSeqs.TryGetValue(path, out var seq) ? seq : null;
}
