using System.Text.Json;
using Datacurve.Core;
using Datacurve.Core.Consent;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Spool;

/// <summary>
/// One event as it lies in the spool: the bytes that go over the wire, and where they stand.
/// </summary>
internal sealed record SpooledEvent(byte[] Json, EventPlace Place)
{
    public long Seq => Place.Seq;

    /// <summary>The blobs it names.</summary>
    /// <exception cref="JsonException">The type is one that this version does not know.</exception>
    public IEnumerable<BlobId> Blobs() =>
        EventCatalog.Contract.BlobReferences(EventCatalog.Contract.Read(Json)).Select(named => named.BlobId);

    /// <summary>Those of them that are kept, and are to be sent.</summary>
    /// <exception cref="JsonException">The type is one that this version does not know.</exception>
    public IEnumerable<BlobId> KeptBlobs(ConsentFlags consent) =>
        from named in EventCatalog.Contract.BlobReferences(EventCatalog.Contract.Read(Json))
        where !Withholding.IsRefused(consent, ContractContents.Of($"{Place.Type}.{named.Member}"))
        select named.BlobId;
}

/// <summary>Reads what a recording has on disk, in the order of seq.</summary>
internal static class SpooledEvents
{
    /// <summary>All whole events. A segment whose end is being written is read up to there.</summary>
    public static IEnumerable<SpooledEvent> All(RecordingFolder files) =>
        SegmentFolder.Scan(files.Segments).SelectMany(Of);

    public static IEnumerable<SpooledEvent> Of(SegmentScan segment) =>
        from frame in segment.Frames
        where frame.Kind == FrameKind.Event
        select new SpooledEvent(frame.Content.ToArray(), EventPlace.Of(frame.Content));
}

/// <summary>
/// Reads a recording's events batch by batch. A segment that is sent and has a successor is not read again.
/// </summary>
internal sealed class UnsentEvents(RecordingFolder files)
{
    private readonly HashSet<string> _sent = [];

    /// <summary>
    /// The next events above a seq: at most 100 of one segment, at most so many bytes of JSON, at least one
    /// where there is any.
    /// </summary>
    public IReadOnlyList<SpooledEvent> Next(long seqSent, int bytesMax)
    {
        var paths = SegmentFolder.Paths(files.Segments);
        foreach (var path in paths)
        {
            if (_sent.Contains(path))
                continue;
            var unsent = SpooledEvents.Of(SegmentScan.Read(path)).Where(spooled => spooled.Seq > seqSent);
            var batch = Cut(unsent, bytesMax);
            if (batch.Count > 0)
                return batch;
            if (path != paths[^1])
                _sent.Add(path);
        }
        return [];
    }

    private static List<SpooledEvent> Cut(IEnumerable<SpooledEvent> events, int bytesMax)
    {
        var batch = new List<SpooledEvent>();
        var bytes = 0;
        foreach (var spooled in events.Take(EventBatch.EventsMax))
        {
            bytes += spooled.Json.Length;
            if (batch.Count > 0 && bytes > bytesMax)
                break;
            batch.Add(spooled);
        }
        return batch;
    }
}
