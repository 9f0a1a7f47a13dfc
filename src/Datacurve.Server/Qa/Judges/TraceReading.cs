using System.Text;
using Datacurve.Core;
using Datacurve.Core.Events;
using Datacurve.Server.Blobs;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// A trace as both judges see it: every recorded text cleaned, of large ones the head and the tail. What
/// is read is bounded, and which part is read depends on the trace alone.
/// </summary>
internal sealed record TraceReading
{
    /// <summary>Of one blob, this many bytes from its start and as many before its end.</summary>
    public const int BlobEndBytes = 24 << 10;

    /// <summary>Of all blobs together; thoughts come first.</summary>
    public const long BytesMax = 8 << 20;
    public const int BlobsMax = 20_000;

    /// <summary>Of the final diff; the heuristic judge counts the lines of the whole.</summary>
    public const int DiffCharsMax = 256 << 10;

    public required JudgeSubject Subject { get; init; }

    /// <summary>
    /// The bug report, then the pull request, each text with its name; absent ones are left out.
    /// </summary>
    public required IReadOnlyList<NamedText> Reports { get; init; }
    public required CleanText? FinalDiff { get; init; }

    /// <summary>In seq order.</summary>
    public required IReadOnlyList<ReadEvent> Events { get; init; }

    /// <summary>Whether any recorded text speaks to the judge.</summary>
    public bool Injected =>
        Reports.Any(report => report.Text.Passages > 0)
        || FinalDiff is { Passages: > 0 }
        || Events.Any(read =>
            read.Line.Passages > 0 || read.Contents.Any(content => content.Text.Passages > 0)
        );

    public static async Task<TraceReading> ReadAsync(
        JudgeSubject subject,
        IBlobStore blobs,
        EventCatalog catalog,
        CancellationToken ct
    )
    {
        var contents = await ReadContentsAsync(subject.Trace, blobs, catalog, ct);
        return new TraceReading
        {
            Subject = subject,
            Reports = [.. RecordedReports(subject.Trace)],
            FinalDiff =
                subject.Trace.Consent.StoreRawCode && subject.FinalDiff is { } diff
                    ? InjectionScan.Clean(Ends(diff, DiffCharsMax))
                    : null,
            Events =
            [
                .. subject.Trace.Events.Select(
                    (traceEvent, index) =>
                        new ReadEvent(
                            index,
                            traceEvent,
                            InjectionScan.Clean(Line(traceEvent, catalog)),
                            contents.GetValueOrDefault(traceEvent.Seq) ?? []
                        )
                ),
            ],
        };
    }

    private static IEnumerable<NamedText> RecordedReports(QaSubject trace)
    {
        var report = trace.Trace.Task.BugReport;
        var pullRequest = trace.FinalState.Pr;
        (string Name, string? Text)[] texts =
        [
            ("bug_report.title", report.Title),
            ("bug_report.description", report.Description),
            ("bug_report.repro_steps", report.ReproSteps),
            ("bug_report.expected", report.Expected),
            ("bug_report.actual", report.Actual),
            ("pull_request.title", pullRequest?.Title),
            ("pull_request.description", pullRequest?.Description),
        ];
        return texts
            .Where(text => !string.IsNullOrWhiteSpace(text.Text))
            .Select(text => new NamedText(text.Name, InjectionScan.Clean(Ends(text.Text!, DiffCharsMax))));
    }

    /// <summary>
    /// The event's summary, and below it every text member with more than one word that the summary does not
    /// hold: the rest of a commit message, the description of a pull request, whatever a later type brings.
    /// </summary>
    private static string Line(TraceEvent traceEvent, EventCatalog catalog)
    {
        var line = new StringBuilder(traceEvent.Payload.Summary);
        foreach (var member in catalog.Payloads[traceEvent.Type].Properties)
            if (
                member.Get?.Invoke(traceEvent.Payload) is string text
                && text.AsSpan().Trim().IndexOfAny(' ', '\n') >= 0
                && !traceEvent.Payload.Summary.Contains(text, StringComparison.Ordinal)
            )
                line.Append($"\n{member.Name}: {text}");
        return Ends(line.ToString(), 2 * BlobEndBytes);
    }

    private static async Task<Dictionary<long, List<ReadContent>>> ReadContentsAsync(
        QaSubject trace,
        IBlobStore blobs,
        EventCatalog catalog,
        CancellationToken ct
    )
    {
        var contents = new Dictionary<long, List<ReadContent>>();
        var bytesLeft = BytesMax;
        var blobsLeft = BlobsMax;
        foreach (var traceEvent in trace.Events.OrderByDescending(recorded => recorded.Payload is Thought))
        {
            foreach (var (member, blobId) in catalog.BlobReferences(traceEvent))
            {
                var absence =
                    trace.Withholds($"{traceEvent.Type}.{member}") ? "withheld: no consent"
                    : bytesLeft <= 0 || blobsLeft <= 0 ? "not read: the trace is too large"
                    : null;
                var content = absence is null
                    ? await ReadContentAsync(blobs, member, blobId, ct)
                    : new ReadContent(member, CleanText.Empty, 0, absence);
                bytesLeft -= Math.Min(content.Length, 2 * BlobEndBytes);
                blobsLeft--;
                if (!contents.TryGetValue(traceEvent.Seq, out var ofEvent))
                    contents.Add(traceEvent.Seq, ofEvent = []);
                ofEvent.Add(content);
            }
        }

        return contents;
    }

    private static async Task<ReadContent> ReadContentAsync(
        IBlobStore blobs,
        string member,
        BlobId blobId,
        CancellationToken ct
    )
    {
        var stream = await blobs.OpenAsync(blobId, ct);
        if (stream is null)
            return new ReadContent(member, CleanText.Empty, 0, "not held");

        await using (stream)
        {
            var head = new byte[(int)Math.Min(stream.Length, 2 * BlobEndBytes)];
            var tail = Array.Empty<byte>();
            if (stream.Length > head.Length)
            {
                head = new byte[BlobEndBytes];
                tail = new byte[BlobEndBytes];
            }

            await stream.ReadExactlyAsync(head, ct);
            stream.Position = stream.Length - tail.Length;
            await stream.ReadExactlyAsync(tail, ct);
            if (head.AsSpan().Contains((byte)0))
                return new ReadContent(member, CleanText.Empty, stream.Length, "not text");

            var middle = stream.Length - head.Length - tail.Length;
            var text = Encoding.UTF8.GetString(head);
            if (middle > 0)
                text = $"{text}\n{Gap(middle, "bytes")}\n{Encoding.UTF8.GetString(tail)}";
            return new ReadContent(member, InjectionScan.Clean(text), stream.Length, null);
        }
    }

    /// <summary>
    /// At most <paramref name="charsMax"/> characters and the line that says how many are missing.
    /// </summary>
    internal static string Ends(string text, int charsMax)
    {
        if (text.Length <= charsMax)
            return text;

        var head = Boundary(text, charsMax * 2 / 3);
        var tail = Boundary(text, text.Length - charsMax / 3);
        return $"{text.AsSpan(0, head)}\n{Gap(tail - head, "characters")}\n{text.AsSpan(tail)}";
    }

    private static string Gap(long count, string unit) => $"[... {count} {unit} left out ...]";

    /// <summary>The place itself, or one before it where it would part a surrogate pair.</summary>
    private static int Boundary(string text, int place) =>
        place > 0 && place < text.Length && char.IsLowSurrogate(text[place]) ? place - 1 : place;
}

internal sealed record NamedText(string Name, CleanText Text);

/// <summary>
/// One event: its place among them, its summary with its other texts, and the blobs it names.
/// </summary>
internal sealed record ReadEvent(
    int Index,
    TraceEvent Event,
    CleanText Line,
    IReadOnlyList<ReadContent> Contents
)
{
    /// <summary>The contents without what speaks to the judge.</summary>
    public string Kept { get; } = string.Join('\n', Contents.Select(content => content.Text.Kept));
}

/// <summary>
/// What one blob holds; <see cref="Absence"/> says why there is no text where there is none.
/// </summary>
internal sealed record ReadContent(string Member, CleanText Text, long Length, string? Absence);
