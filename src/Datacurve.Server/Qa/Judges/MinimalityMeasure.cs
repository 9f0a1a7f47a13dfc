using Datacurve.Core.Events;
using Datacurve.Core.Qa;

namespace Datacurve.Server.Qa.Judges;

/// <summary>
/// The formula for <c>minimality_of_fix</c>: how much of the final diff belongs to the bug.
/// </summary>
internal sealed class MinimalityMeasure(Evidence evidence)
{
    /// <summary>
    /// A fix of the program up to this many lines is small; from <see cref="LargeLines"/> on it is large.
    /// </summary>
    private const double SmallLines = 20;
    private const double LargeLines = 400;

    /// <summary>Files beyond this many are taken to be unrelated: no fix of one bug has as many.</summary>
    private const int FilesMax = 200;
    private readonly bool withheld = evidence.Trace.Subject.Tests.Outcome == TestsOutcome.NotRun;
    private readonly Lazy<List<string>> sources = new(() => [.. Sources(evidence)]);

    public DimensionVerdict Verdict()
    {
        var files = evidence.Diff.Files.Where(file => file is { IsTest: false, IsProse: false }).ToList();
        var related = Related(files);
        var lines = files.Sum(file => file.Lines);
        var relatedLines = related.Sum(file => file.Lines - file.WhitespaceLines());
        var abandoned = evidence.AllEdits.Where(edit => !InDiff(edit.Payload.FilePath)).ToList();
        var unrelated = files.Except(related).ToList();
        var all = evidence.AllEdits.Count;
        var (factor, reason) = Doubt();
        var nothing = evidence.Diff.Files.Count == 0;
        return Measure.Verdict(
            "minimality_of_fix",
            withheld ? 0
                : nothing ? 0.3
                : 0.6,
            [
                new(
                    "share of changed lines in files that belong to the bug",
                    0.50,
                    nothing ? 0
                        : lines == 0 ? 1
                        : (double)relatedLines / lines,
                    nothing ? NoDiff
                        : lines == 0 ? "the program does not change"
                        : $"{relatedLines} of {lines}",
                    EditsOf(related).Select(edit => edit.EventId)
                ),
                new(
                    "how small the change of the program is",
                    0.25,
                    nothing ? 0 : Smallness(lines),
                    nothing ? NoDiff : $"{lines} {(lines == 1 ? "line" : "lines")}"
                ),
                new(
                    "no file that has nothing to do with the bug",
                    0.15,
                    nothing ? 0 : 1.0 / (1 + unrelated.Count),
                    nothing ? NoDiff : Strangers(unrelated)
                ),
                new(
                    "edits that are part of the fix",
                    0.10,
                    nothing || all == 0 ? 0 : 1 - (double)abandoned.Count / all,
                    nothing ? NoDiff
                        : all == 0 ? "no edit is recorded"
                        : $"{all - abandoned.Count} of {all}"
                            + (abandoned.Count > 0 ? $", not {Seqs(abandoned)}" : "")
                ),
            ],
            factor,
            reason
        );
    }

    private string NoDiff => withheld ? "the developer withholds the diff" : "there is no diff";

    private IEnumerable<Recorded<FileEdit>> EditsOf(IReadOnlyCollection<ChangedFile> files) =>
        evidence.Edits.Where(edit => files.Any(file => file.Path == edit.Payload.FilePath));

    private string Strangers(List<ChangedFile> unrelated)
    {
        var edits = EditsOf(unrelated).ToList();
        return unrelated.Count == 0
            ? "none is in the diff"
            : $"{unrelated.Count} in the diff" + (edits.Count > 0 ? $", edited at {Seqs(edits)}" : "");
    }

    private static string Seqs(IEnumerable<Recorded<FileEdit>> edits) =>
        Measure.Seqs(edits.Select(edit => edit.Seq));

    private (double Factor, string Reason) Doubt()
    {
        var tests = evidence.Trace.Subject.Tests;
        if (tests.Flags.Contains(TestsFlag.DeletesTests))
            return (0.4, "because the fix deletes tests");
        if (evidence.AllEdits.Count == 0)
            return (0.4, "because no edit is recorded");
        return tests.Outcome == TestsOutcome.Failed ? (0.7, "because the tests fail with the fix") : (1, "");
    }

    private static double Smallness(int lines) =>
        Math.Clamp(
            1 - Math.Log(Math.Max(lines, SmallLines) / SmallLines) / Math.Log(LargeLines / SmallLines),
            0,
            1
        );

    private bool InDiff(string path) => evidence.Diff.Files.Any(file => file.Path == path);

    /// <summary>
    /// Files that the bug report, a thought, a failing run's output or a test that turned names; where
    /// none is named, the one that was edited first, since the fix has to be somewhere.
    /// </summary>
    private List<ChangedFile> Related(List<ChangedFile> files)
    {
        var related = files.Take(FilesMax).Where(file => IsNamed(file.Path, file.Stem)).ToList();
        if (related.Count > 0 || files.Count == 0)
            return related;

        var first = evidence
            .Edits.Select(edit => edit.Payload.FilePath)
            .FirstOrDefault(path => files.Any(file => file.Path == path));
        return [files.FirstOrDefault(file => file.Path == first) ?? files[0]];
    }

    private bool IsNamed(string path, string stem)
    {
        var name = Path.GetFileName(path);
        return sources.Value.Any(text => text.Contains(name, StringComparison.OrdinalIgnoreCase))
            || evidence.Trace.Subject.Tests.FailToPass.Any(test =>
                stem.Length >= 3 && test.Contains(stem, StringComparison.OrdinalIgnoreCase)
            )
            || evidence.Sound.Any(remark => remark.Terms.Contains(Words.Form(stem)));
    }

    private static IEnumerable<string> Sources(Evidence evidence) =>
        evidence
            .Trace.Reports.Where(report => report.Name.StartsWith("bug_report", StringComparison.Ordinal))
            .Select(report => report.Text.Kept)
            .Concat(evidence.Sound.Select(remark => remark.Thought.Read.Kept))
            .Concat(
                evidence
                    .Trace.Events.Where(read => read.Event.Seq < evidence.LastEditSeq)
                    .Where(read =>
                        read.Event.Payload is TerminalOutput or TestRun { Passed: false } or RecordedError
                    )
                    .Select(read => read.Kept)
            );
}
