using System.Buffers;
using System.Text;
using Datacurve.Cli.Client;
using Datacurve.Core;
using Datacurve.Core.Events;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Takes events out of a spool: the segments that held them are written anew and flushed, with one gap in
/// place of each unbroken row of dropped events, and blobs that nothing names any more are deleted.
/// </summary>
internal sealed class EventDrop(RecordingFolder files, SegmentFolder segments, EventChoice choice)
{
    private readonly ChosenEvents _chosen = new(files, choice);
    private readonly List<long> _seqs = [];
    private readonly HashSet<string> _files = [];
    private readonly List<long> _laterEdits = [];
    private readonly HashSet<BlobId> _suspects = [];
    private readonly HashSet<BlobId> _named = [];
    private readonly List<(string Path, ReadOnlyMemory<byte> Frames)> _rewritten = [];

    /// <exception cref="RecordingException">One of them was sent, or may have been.</exception>
    public DropReport Run(RecordingManifest manifest, TimeProvider time)
    {
        foreach (var segment in SegmentFolder.Scan(files.Segments))
            Read(segment, time);
        var tried = files.ReadShipment().SeqTried;
        if (_seqs.Count > 0 && _seqs[0] <= tried)
            throw new RecordingException(
                $"Event {_seqs[0]} was sent already, or was on its way when the answer was lost; what is on the "
                    + "service cannot be dropped here. Nothing was dropped."
            );

        // Killed between the two, the next who opens the recording finishes this.
        files.MarkDropping(true);
        foreach (var (path, frames) in _rewritten)
            segments.Rewrite(path, frames.Span);
        _suspects.ExceptWith(_named);
        _suspects.ExceptWith(manifest.ArtifactBlobs());
        files.Blobs.Delete(_suspects);
        files.MarkDropping(false);
        // Torn remains may hold what is dropped, and nobody can tell.
        if (_seqs.Count > 0 && Directory.Exists(files.SetAside))
            Directory.Delete(files.SetAside, recursive: true);
        return new DropReport
        {
            Seqs = _seqs,
            Blobs = _suspects.Count,
            MayStillShow = _laterEdits,
        };
    }

    /// <summary>Deletes every blob that neither an event nor the trace names.</summary>
    public static void DeleteUnnamed(RecordingFolder files, RecordingManifest manifest)
    {
        var named = SpooledEvents.All(files).SelectMany(spooled => spooled.Blobs()).ToHashSet();
        named.UnionWith(manifest.ArtifactBlobs());
        files.Blobs.Delete(files.Blobs.All().Where(blobId => !named.Contains(blobId)).ToHashSet());
        files.MarkDropping(false);
    }

    private void Read(SegmentScan segment, TimeProvider time)
    {
        var kept = new ArrayBufferWriter<byte>();
        var row = new List<SpooledEvent>();
        var dropped = 0;
        foreach (var frame in segment.Frames)
        {
            if (frame.Kind != FrameKind.Event)
            {
                // A note is about the event before it.
                if (row.Count == 0)
                    kept.Write(segment.Bytes.Span[frame.Offset..frame.End]);
                continue;
            }
            var spooled = new SpooledEvent(frame.Content.ToArray(), EventPlace.Of(frame.Content));
            if (_chosen.Contains(spooled))
            {
                dropped++;
                row.Add(spooled);
                _seqs.Add(spooled.Seq);
                _suspects.UnionWith(spooled.Blobs());
                if (EditedFile(spooled) is { } edited)
                    _files.Add(edited);
                continue;
            }
            if (EditedFile(spooled) is { } file && ShowsDropped(spooled, file))
            {
                _files.Add(file);
                _laterEdits.Add(spooled.Seq);
            }
            WriteGap(kept, row, time);
            _named.UnionWith(spooled.Blobs());
            kept.Write(segment.Bytes.Span[frame.Offset..frame.End]);
        }
        WriteGap(kept, row, time);
        if (dropped > 0)
            _rewritten.Add((segment.Path, kept.WrittenMemory));
    }

    private static string? EditedFile(SpooledEvent spooled) =>
        spooled.Place.Type is not ("file_edit" or "file_snapshot")
            ? null
            : EventCatalog.Contract.Read(spooled.Json).Payload switch
            {
                FileEdit edit => edit.FilePath,
                FileSnapshot snapshot => snapshot.FilePath,
                _ => null,
            };

    // A file that was renamed is shown on under its new name.
    private bool ShowsDropped(SpooledEvent spooled, string file) =>
        _files.Count > 0
        && spooled
            .Blobs()
            .Select(files.Blobs.Read)
            .Any(content =>
                content is not null
                && (
                    _files.Contains(file)
                    || _files.Any(known =>
                        content.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"rename from {known}\n")) >= 0
                    )
                )
            );

    private static void WriteGap(ArrayBufferWriter<byte> kept, List<SpooledEvent> row, TimeProvider time)
    {
        if (row.Count == 0)
            return;
        var gap = new RecordingGap
        {
            Reason = GapReason.Dropped,
            Events = row.Count,
            Edits = row.Count(spooled => spooled.Place.Type is "file_edit" or "file_snapshot"),
        };
        var traceEvent = new TraceEvent
        {
            EventId = Guid.CreateVersion7(time.GetUtcNow()),
            Seq = row[0].Seq,
            TsMs = row[0].Place.TsMs,
            Type = RequestJson.TypeOf(gap),
            Actor = new Actor { Kind = ActorKind.Human },
            Payload = gap,
        };
        Frame.Write(kept, FrameKind.Event, RequestJson.Write(traceEvent));
        row.Clear();
    }
}
