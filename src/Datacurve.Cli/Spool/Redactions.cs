using System.Text.Json;
using Datacurve.Core;

namespace Datacurve.Cli.Spool;

/// <summary>
/// What redaction changed in one event or blob: how often each rule applied, never what it hid.
/// </summary>
internal sealed record RedactionNote
{
    public long? Seq { get; init; }
    public BlobId? BlobId { get; init; }
    public required IReadOnlyDictionary<string, long> Rules { get; init; }
}

/// <summary>All notes of a recording, by what they are about.</summary>
internal sealed class Redactions
{
    private static readonly Dictionary<string, long> None = [];
    private readonly Dictionary<long, IReadOnlyDictionary<string, long>> _events = [];
    private readonly Dictionary<BlobId, IReadOnlyDictionary<string, long>> _blobs = [];

    public static Redactions Read(RecordingFolder files)
    {
        var redactions = new Redactions();
        foreach (var frame in SegmentFolder.Scan(files.Segments).SelectMany(segment => segment.Frames))
            if (frame.Kind == FrameKind.Redacted)
                redactions.Add(
                    JsonSerializer.Deserialize(frame.Content.Span, SpoolJson.Default.RedactionNote)!
                );
        return redactions;
    }

    public IReadOnlyDictionary<string, long> OfEvent(long seq) => _events.GetValueOrDefault(seq, None);

    public IReadOnlyDictionary<string, long> OfBlob(BlobId blobId) => _blobs.GetValueOrDefault(blobId, None);

    public static IReadOnlyDictionary<string, long> Sum(
        IEnumerable<IReadOnlyDictionary<string, long>> counts
    ) =>
        counts
            .SelectMany(rules => rules)
            .GroupBy(rule => rule.Key, rule => rule.Value)
            .OrderBy(rule => rule.Key, StringComparer.Ordinal)
            .ToDictionary(rule => rule.Key, rule => rule.Sum());

    private void Add(RedactionNote note)
    {
        if (note.Seq is { } seq)
            _events[seq] = note.Rules;
        if (note.BlobId is { } blobId)
            _blobs[blobId] = note.Rules;
    }
}
