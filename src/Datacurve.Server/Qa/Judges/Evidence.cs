using Datacurve.Core.Events;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// What the log of a trace proves about how the work went: the facts that the measures weigh.
/// </summary>
internal sealed class Evidence
{
    public Evidence(TraceReading trace)
    {
        Trace = trace;
        Diff = FixDiff.Parse(trace.Subject.FinalDiff);
        var edits = All<FileEdit>();
        var sourceEdits = edits.Where(edit => !ChangedFile.IsTestPath(edit.Payload.FilePath)).ToList();
        Edits = sourceEdits.Count > 0 ? sourceEdits : edits;
        AllEdits = edits;
        Runs = All<TestRun>();
        CodeTerms = TermsOf(Diff, Edits);
        SubjectTerms = CodeTerms
            .Concat(
                trace
                    .Reports.Where(report => report.Name.StartsWith("bug_report", StringComparison.Ordinal))
                    .SelectMany(report => Words.Of(report.Text.Kept))
            )
            .Concat(trace.Subject.Tests.FailToPass.SelectMany(Words.Of))
            .ToHashSet();
        Alarms =
        [
            .. trace.Events.Where(read =>
                read.Event.Payload is TestRun { Passed: false } or RecordedError
                || (
                    read.Event.Payload is TerminalOutput { Stream: OutputStream.Stderr }
                    && read.Kept.Length > 0
                )
            ),
        ];
        Printed =
        [
            .. trace
                .Events.Where(read =>
                    read.Event.Payload is TestRun { Passed: false } or RecordedError or TerminalOutput
                )
                .Select(read => (read.Event.Seq, Words.Of(read.Kept))),
        ];
        Remarks =
        [
            .. All<Thought>()
                .Where(thought =>
                    thought.Read.Contents.All(content => content.Text.Passages == 0)
                    || !string.IsNullOrWhiteSpace(thought.Read.Kept)
                )
                .Select(thought => new Remark(thought, CodeTerms, SubjectTerms)),
        ];
    }

    public TraceReading Trace { get; }
    public FixDiff Diff { get; }

    /// <summary>Edits of the program; of the tests where nothing else was edited.</summary>
    public IReadOnlyList<Recorded<FileEdit>> Edits { get; }
    public IReadOnlyList<Recorded<FileEdit>> AllEdits { get; }
    public IReadOnlyList<Recorded<TestRun>> Runs { get; }

    /// <summary>Names in the fix: files, and the identifiers of changed lines.</summary>
    public IReadOnlySet<string> CodeTerms { get; }

    /// <summary>Those, and the words of the bug report and of the tests that the fix turned.</summary>
    public IReadOnlySet<string> SubjectTerms { get; }

    /// <summary>The thoughts; one that only spoke to the judge is none.</summary>
    public IReadOnlyList<Remark> Remarks { get; }
    public IEnumerable<Remark> Sound => Remarks.Where(remark => remark.IsSound);

    /// <summary>Before the first edit of the program; everything where there is none.</summary>
    public long FirstEditSeq => Edits.Count > 0 ? Edits[0].Seq : long.MaxValue;
    public long LastEditSeq => Edits.Count > 0 ? Edits[^1].Seq : 0;

    /// <summary>
    /// Failing runs, errors, output on stderr: what told the developer that something is wrong.
    /// </summary>
    public IReadOnlyList<ReadEvent> Alarms { get; }

    /// <summary>
    /// The words that runs, errors and commands printed, with the seq they were printed at.
    /// </summary>
    public IReadOnlyList<(long Seq, HashSet<string> Words)> Printed { get; }

    public Recorded<TestRun>? LastRun => Runs.Count > 0 ? Runs[^1] : null;

    /// <summary>Whether the last run passed, and came after the last change of the program.</summary>
    public bool EndsGreen =>
        Edits.Count > 0 && LastRun is { Payload.Passed: true } run && run.Seq > LastEditSeq;

    /// <summary>Runs after which something was edited, and after that run again.</summary>
    public int Cycles =>
        Runs.Zip(Runs.Skip(1))
            .Count(pair => AllEdits.Any(edit => edit.Seq > pair.First.Seq && edit.Seq < pair.Second.Seq));

    public IReadOnlyList<Recorded<T>> All<T>()
        where T : EventPayload =>
        [
            .. Trace
                .Events.Where(read => read.Event.Payload is T)
                .Select(read => new Recorded<T>(read, (T)read.Event.Payload)),
        ];

    private static HashSet<string> TermsOf(FixDiff diff, IEnumerable<Recorded<FileEdit>> edits)
    {
        var terms = new HashSet<string>();
        foreach (var file in diff.Files.Where(file => !file.IsProse))
        {
            terms.UnionWith(Words.Of(file.Stem));
            foreach (var line in file.Added.Concat(file.Removed).Concat(file.Context))
                terms.UnionWith(Words.Of(line));
        }

        if (diff.Files.Count == 0)
            foreach (var edit in edits)
                terms.UnionWith(Words.Of(ChangedFile.StemOf(edit.Payload.FilePath)));
        return terms;
    }
}

/// <summary>One event with its payload's type.</summary>
internal sealed record Recorded<T>(ReadEvent Read, T Payload)
    where T : EventPayload
{
    public long Seq => Read.Event.Seq;
    public Guid? EventId => Read.Event.EventId;
}

/// <summary>One thought, and whether it says anything about this bug.</summary>
internal sealed class Remark
{
    /// <summary>Fewer meaningful words than this say nothing.</summary>
    private const int WordsMin = 5;

    private static readonly HashSet<string> CausalWords =
    [
        .. (
            "because since causes caused cause due therefore instead wrong missing never always before after "
            + "returns overwrites skips drops forgets twice truncates rounds compares inclusive exclusive"
        ).Split(' '),
    ];

    public Remark(
        Recorded<Thought> thought,
        IReadOnlySet<string> codeTerms,
        IReadOnlySet<string> subjectTerms
    )
    {
        Thought = thought;
        Terms = Words.Of(thought.Read.Kept);
        CodeTermCount = Terms.Count(codeTerms.Contains);
        IsSound = Terms.Count >= WordsMin && Terms.Count(subjectTerms.Contains) >= 2;
        var text = thought.Read.Kept.ToLowerInvariant();
        IsCausal = Terms.Overlaps(CausalWords) || text.Contains("off by", StringComparison.Ordinal);
    }

    public Recorded<Thought> Thought { get; }
    public ThoughtKind Kind => Thought.Payload.Kind;
    public long Seq => Thought.Seq;
    public Guid? EventId => Thought.EventId;
    public IReadOnlySet<string> Terms { get; }

    /// <summary>How many names of the fix it uses.</summary>
    public int CodeTermCount { get; }

    /// <summary>
    /// Enough different words, at least two of which belong to this bug. Length beyond that earns nothing.
    /// </summary>
    public bool IsSound { get; }
    public bool IsCausal { get; }
}
