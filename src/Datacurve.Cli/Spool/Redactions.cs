using System.Text.Json;

namespace Datacurve.Cli.Spool;

/// <summary>
/// What redaction changed in one event and its blobs: how often each rule applied, never what it hid.
/// </summary>
internal sealed record RedactionNote
{
    public required long Seq { get; init; }
    public required IReadOnlyDictionary<string, long> Rules { get; init; }
}

/// <summary>All notes of a recording, by what they are about.</summary>
internal sealed class Redactions
{
    private static readonly Dictionary<string, long> None = [];
    private readonly Dictionary<long, IReadOnlyDictionary<string, long>> _events = [];

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

    public static IReadOnlyDictionary<string, long> Sum(
        IEnumerable<IReadOnlyDictionary<string, long>> counts
    ) =>
        counts
            .SelectMany(rules => rules)
            .GroupBy(rule => rule.Key, rule => rule.Value)
            .OrderBy(rule => rule.Key, StringComparer.Ordinal)
            .ToDictionary(rule => rule.Key, rule => rule.Sum());

    // An edit that an editor told of later has two.
    private void Add(RedactionNote note) => _events[note.Seq] = Sum([OfEvent(note.Seq), note.Rules]);
}
