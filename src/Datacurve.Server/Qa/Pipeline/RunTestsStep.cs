using System.Text;
using Datacurve.Core;
using Datacurve.Core.Qa;
using Datacurve.Core.Redaction;
using Datacurve.Core.Verdicts;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Qa.TestRuns;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa.Pipeline;

/// <summary>
/// <c>run_tests</c>: checks the trace, rebuilds its repository, replays its edits, and runs the tests without
/// and with the fix. What lies in the trace is a finding; only what lies in this machine is an exception.
/// Where the developer withholds code, only the first can be done.
/// </summary>
internal sealed class RunTestsStep(
    QaSubjectReader subjects,
    OutputSeams seams,
    SchemaCheck schema,
    WorkspaceBuilder workspaces,
    SandboxChoice sandboxes,
    CurrentProject project,
    IBlobStore blobs,
    Options options,
    TimeProvider time,
    ILogger<RunTests> log
) : IQaStep
{
    private const string WithoutCode =
        "The developer does not let code be stored, so that no edit can be replayed and no test be run.";

    public string Name => QaStep.RunTests;

    public async Task<QaResult> RunAsync(ClaimedStep step, IProgress<string> progress, CancellationToken ct)
    {
        var subject = await subjects.ReadAsync(step.TraceId, step.QaJobId, ct);
        progress.Report("checking the trace");
        if (await seams.MendAsync(subject, ct))
            subject = await subjects.ReadAsync(step.TraceId, step.QaJobId, ct);
        var findings = await schema.FindAsync(subject, ct);

        if (!subject.Consent.StoreRawCode)
            return NotRun(step.Result, subject, findings);

        progress.Report("rebuilding the repository and replaying the edits");
        await using var reproduction = await workspaces.OpenAsync(subject, ct);
        var outcome = reproduction switch
        {
            ReproducedTrace trace => await RunAsync(subject, trace, progress, ct),
            UnreproducibleTrace unreproducible => NotReproducible(subject, unreproducible.Reason),
            _ => throw new InvalidOperationException($"{reproduction.GetType().Name} is no known outcome"),
        };
        findings = [.. findings, .. BrokenReplay(reproduction.Replay)];
        return step.Result with
        {
            SchemaValid = findings.Count == 0,
            SchemaFindings = findings,
            Replay = reproduction.Replay,
            Tests = outcome,
            FinalDiffBlobId = await StoreDiffAsync(reproduction.FinalDiff, ct),
        };
    }

    public async Task RemoveLeftoversAsync(Guid qaJobId, CancellationToken ct)
    {
        workspaces.RemoveLeftovers(qaJobId);
        var sandbox = await sandboxes.TakeAsync(ct);
        await sandbox.RemoveLeftoversAsync(qaJobId, ct);
    }

    private async Task<TestsResult> RunAsync(
        QaSubject subject,
        ReproducedTrace trace,
        IProgress<string> progress,
        CancellationToken ct
    )
    {
        try
        {
            var command = TestPlan.CommandOf(subject.Trace.Environment.Test, options.Tests);
            var prepared = new PreparedWorkspaces(
                trace.BaseDirectory,
                await trace.MaterializeAsync("before", FixRules.ForBefore(trace.Fix, command), ct),
                await trace.MaterializeAsync("after", FixRules.ForAfter(trace.Fix, command), ct)
            );
            var sandbox = await sandboxes.TakeAsync(ct);
            await sandbox.RemoveLeftoversAsync(subject.QaJobId, ct);
            var tests = new RunTests(sandbox, project.Id, blobs, options.Tests, time, log);
            return await tests.RunAsync(subject, prepared, trace.Fix, progress, ct);
        }
        catch (NotReproducibleException refused)
        {
            return NotReproducible(subject, Told(subject, refused));
        }
    }

    // What a program prints has been redacted by nobody yet.
    private static string Told(QaSubject subject, NotReproducibleException refused)
    {
        if (!subject.Consent.StoreTerminalOutput)
            return refused.Reason;
        try
        {
            return subject.Cleanser is { } cleanser
                ? cleanser.Text(refused.Message, cleanser.NewReport())
                : refused.Message;
        }
        catch (RedactionException)
        {
            return refused.Reason;
        }
    }

    private static QaResult NotRun(
        QaResult sofar,
        QaSubject subject,
        IReadOnlyList<SchemaFinding> findings
    ) =>
        sofar with
        {
            SchemaValid = findings.Count == 0,
            SchemaFindings = findings,
            Replay = WorkspaceBuilder.NothingReplayed(subject) with { Reason = WithoutCode },
            Tests = WithoutRun(subject, TestsOutcome.NotRun, WithoutCode),
            FinalDiffBlobId = null,
        };

    private static TestsResult NotReproducible(QaSubject subject, string reason) =>
        WithoutRun(subject, TestsOutcome.NotReproducible, reason);

    private static TestsResult WithoutRun(QaSubject subject, TestsOutcome outcome, string reason) =>
        new()
        {
            Runner = subject.Trace.Environment.Test?.Runner ?? "custom",
            FinalPassed = false,
            Outcome = outcome,
            OutcomeReason = reason,
        };

    private static IEnumerable<SchemaFinding> BrokenReplay(ReplayResult replay) =>
        replay.BrokenAtSeq is { } seq
            ? [new SchemaFinding(seq, "payload", replay.Reason ?? "does not replay")]
            : [];

    private async Task<BlobId?> StoreDiffAsync(string? diff, CancellationToken ct) =>
        diff is null ? null : await blobs.PutAsync(Encoding.UTF8.GetBytes(diff), ct);
}
