using Datacurve.Core.Events;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// What the log of a trace proves about how the work went: the facts that the measures weigh.
/// </summary>
internal sealed class Evidence
{
    /// <summary>Output belongs to a run that is at most this many events away.</summary>
    private const int OutputDistance = 3;

    private readonly string edited;

    public Evidence(TraceReading trace)
    {
        Trace = trace;
        Diff = FixDiff.Parse(trace.Subject.FinalDiff);
        var edits = All<FileEdit>();
        AllEdits = edits;
        CodeEdits = [.. edits.Where(edit => !ChangedFile.IsProsePath(edit.Payload.FilePath))];
        var programEdits = CodeEdits.Where(edit => !ChangedFile.IsTestPath(edit.Payload.FilePath)).ToList();
        (Edits, edited) =
            programEdits.Count > 0 ? (programEdits, "the program")
            : CodeEdits.Count > 0 ? (CodeEdits, "the tests")
            : (edits, "the documents");
        Runs = All<TestRun>();
        var changed = Diff.Files.Where(file => !file.IsProse).ToList();
        var program = changed.Where(file => !file.IsTest).ToList();
        CodeTerms = TermsOf(program.Count > 0 ? program : changed);
        if (Diff.Files.Count == 0)
            CodeTerms = [.. Edits.SelectMany(edit => Words.Of(ChangedFile.StemOf(edit.Payload.FilePath)))];
        SubjectTerms = CodeTerms
            .Concat(TermsOf(changed))
            .Concat(
                trace
                    .Reports.Where(report => report.Name.StartsWith("bug_report", StringComparison.Ordinal))
                    .SelectMany(report => Words.Of(report.Text.Kept))
            )
            .Concat(trace.Subject.Tests.FailToPass.SelectMany(Words.Of))
            .ToHashSet();
        var calm = Runs.Where(run => run.Payload.Passed)
            .SelectMany(OutputOf)
            .Select(read => read.Index)
            .ToHashSet();
        Alarms =
        [
            .. trace.Events.Where(read =>
                read.Event.Payload is TestRun { Passed: false } or RecordedError
                || (
                    read.Event.Payload is TerminalOutput { Stream: OutputStream.Stderr }
                    && read.Kept.Length > 0
                    && !calm.Contains(read.Index)
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
        var thoughts = All<Thought>()
            .Where(thought =>
                thought.Read.Contents.All(content => content.Text.Passages == 0)
                || !string.IsNullOrWhiteSpace(thought.Read.Kept)
            )
            .Select(thought => (Thought: thought, Order: WordOrder.Of(thought.Read.Kept)))
            .ToList();
        double? meanShare = thoughts.Count > 1 ? thoughts.Average(thought => thought.Order.Share) : null;
        Remarks =
        [
            .. thoughts.Select(thought => new Remark(
                thought.Thought,
                thought.Order,
                meanShare,
                CodeTerms,
                SubjectTerms
            )),
        ];
    }

    public TraceReading Trace { get; }
    public FixDiff Diff { get; }

    /// <summary>
    /// Edits of the program; of the tests where it was not edited; of prose where nothing else was.
    /// </summary>
    public IReadOnlyList<Recorded<FileEdit>> Edits { get; }

    /// <summary>Edits of the program and the tests: no one runs tests for a line in a change log.</summary>
    public IReadOnlyList<Recorded<FileEdit>> CodeEdits { get; }
    public IReadOnlyList<Recorded<FileEdit>> AllEdits { get; }
    public IReadOnlyList<Recorded<TestRun>> Runs { get; }

    /// <summary>
    /// Names in the fix of the program: files, and the identifiers of changed lines. Those of the tests where
    /// it does not change; test names are half prose, and a remark is soon full of them.
    /// </summary>
    public HashSet<string> CodeTerms { get; }

    /// <summary>
    /// Those, and the words of the bug report, of the changed tests and of the tests that the fix turned.
    /// </summary>
    public IReadOnlySet<string> SubjectTerms { get; }

    /// <summary>The thoughts; one that only spoke to the judge is none.</summary>
    public IReadOnlyList<Remark> Remarks { get; }
    public IEnumerable<Remark> Sound => Remarks.Where(remark => remark.IsSound);

    /// <summary>Which of these thoughts do not count, and why; empty where all do.</summary>
    public string Uncounted(Func<Remark, bool> isMeant)
    {
        var faults = Remarks
            .Where(remark => !remark.IsSound && isMeant(remark))
            .GroupBy(remark => remark.Fault, remark => remark.Seq);
        return string.Concat(faults.Select(fault => $"; not counted: {Measure.Seqs(fault)}, {fault.Key}"));
    }

    /// <summary>Before the first edit of the program; everything where there is none.</summary>
    public long FirstEditSeq => Edits.Count > 0 ? Edits[0].Seq : long.MaxValue;
    public long LastEditSeq => Edits.Count > 0 ? Edits[^1].Seq : 0;

    /// <summary>Both edits as a rationale names them.</summary>
    public string FirstEdit =>
        Edits.Count > 0
            ? $"the first edit of {edited} at seq {FirstEditSeq}"
            : "an edit, of which none is recorded";
    public string LastEdit =>
        Edits.Count > 0
            ? $"the last edit of {edited} at seq {LastEditSeq}"
            : "an edit, of which none is recorded";

    /// <summary>
    /// Failing runs, errors, output on stderr: what told the developer that something is wrong. Runners that
    /// write to stderr that all is well do not.
    /// </summary>
    public IReadOnlyList<ReadEvent> Alarms { get; }

    /// <summary>The first before the first edit; a failing run or an error rather than its output.</summary>
    public ReadEvent? EarlyAlarm =>
        Alarms
            .Where(read => read.Event.Seq < FirstEditSeq)
            .MinBy(read => read.Event.Payload is TerminalOutput);

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
            .Count(pair => CodeEdits.Any(edit => edit.Seq > pair.First.Seq && edit.Seq < pair.Second.Seq));

    public IReadOnlyList<Recorded<T>> All<T>()
        where T : EventPayload =>
        [
            .. Trace
                .Events.Where(read => read.Event.Payload is T)
                .Select(read => new Recorded<T>(read, (T)read.Event.Payload)),
        ];

    /// <summary>What was recorded within a few events of the run, with no other command in between.</summary>
    public IEnumerable<ReadEvent> OutputOf(Recorded<TestRun> run) =>
        Trace
            .Events.Take(run.Read.Index + OutputDistance + 1)
            .Skip(run.Read.Index - OutputDistance)
            .Where(read => read.Event.Payload is TerminalOutput && !IsCommandBetween(read, run.Read));

    private bool IsCommandBetween(ReadEvent one, ReadEvent other)
    {
        var first = Math.Min(one.Index, other.Index) + 1;
        return Trace
            .Events.Skip(first)
            .Take(Math.Max(one.Index, other.Index) - first)
            .Any(read => read.Event.Payload is TerminalCommand);
    }

    /// <summary>The measure that two dimensions share, each with its own weight.</summary>
    public Measure FailureBeforeEdit(double weight) =>
        new(
            "a failure before the first edit",
            weight,
            EarlyAlarm is null ? 0 : 1,
            EarlyAlarm is { } alarm
                ? $"{AlarmName(alarm)} at seq {alarm.Event.Seq}, before {FirstEdit}"
                : $"nothing failed before {FirstEdit}",
            EarlyAlarm?.Event.EventId
        );

    private static string AlarmName(ReadEvent alarm) =>
        alarm.Event.Payload switch
        {
            TestRun => "a failing run",
            RecordedError => "an error",
            _ => "output on stderr",
        };

    private static HashSet<string> TermsOf(IEnumerable<ChangedFile> files) =>
        [
            .. files.SelectMany(file =>
                file.Added.Concat(file.Removed).Concat(file.Context).Append(file.Stem).SelectMany(Words.Of)
            ),
        ];
}

/// <summary>One event with its payload's type.</summary>
internal sealed record Recorded<T>(ReadEvent Read, T Payload)
    where T : EventPayload
{
    public long Seq => Read.Event.Seq;
    public Guid? EventId => Read.Event.EventId;
}
