using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Core.Qa;
using Datacurve.Core.Replay;
using Datacurve.Core.Verdicts;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Qa.TestRuns;

/// <summary>
/// Runs a trace's tests without and with its fix in a sandbox, keeps what they printed and reported as blobs
/// where the developer lets output be stored, and compares the two. Running it again gives a new result with
/// new invocations and changes nothing else.
/// </summary>
internal sealed class RunTests(
    ISandbox sandbox,
    ProjectId project,
    IBlobStore blobs,
    TestOptions options,
    TimeProvider time,
    ILogger<RunTests> logger
)
{
    /// <param name="fix">The whole fix, of which the workspaces hold the parts that <see cref="FixRules"/>
    /// names.</param>
    /// <param name="progress">Told before each step what comes, in a few words.</param>
    /// <exception cref="NotReproducibleException">The trace's test set-up cannot be followed.</exception>
    /// <exception cref="InfrastructureException">The sandbox could not do its part; nothing is
    /// known.</exception>
    public async Task<TestsResult> RunAsync(
        QaSubject subject,
        PreparedWorkspaces workspaces,
        IReadOnlyList<FileChange> fix,
        IProgress<string>? progress,
        CancellationToken ct
    )
    {
        var setup = subject.Trace.Environment.Test;
        var plan = TestPlan.For(setup, options, path => BaseFiles.Read(workspaces.BaseDirectory, path));
        if (fix.Count == 0)
            return WithoutFix(plan);

        progress?.Report("preparing the image");
        var image = await sandbox.PrepareAsync(SetupFor(subject, plan, workspaces), ct);
        var before = new List<FinishedRun>();
        var after = new List<FinishedRun>();
        for (var repeat = 1; repeat <= Math.Max(1, options.Repeats); repeat++)
        {
            progress?.Report(
                $"running the tests without the fix ({repeat} of {Math.Max(1, options.Repeats)})"
            );
            await RunOnceAsync(RunPhase.Before, workspaces.BeforeDirectory, before);
            progress?.Report($"running the tests with the fix ({repeat} of {Math.Max(1, options.Repeats)})");
            await RunOnceAsync(RunPhase.After, workspaces.AfterDirectory, after);
        }

        var review = FixRules.Review(fix, plan.Command, plan.ReportPath);
        var verdict = Comparison.Of(
            [.. before.Select(run => run.Evidence)],
            [.. after.Select(run => run.Evidence)],
            review
        );
        return ToResult(plan, image, [.. before, .. after], verdict);

        async Task RunOnceAsync(RunPhase phase, string directory, List<FinishedRun> runs)
        {
            // A run that hung once would hang again; its repeats would tell nothing.
            if (runs.Count == 0 || !runs[^1].Evidence.TimedOut)
                runs.Add(await RunPhaseAsync(subject, plan, image, phase, directory, ct));
        }
    }

    private SandboxSetup SetupFor(QaSubject subject, TestPlan plan, PreparedWorkspaces workspaces) =>
        new()
        {
            QaJobId = subject.QaJobId,
            Project = project,
            Image = plan.Image,
            Commands = plan.Setup,
            WorkspaceDirectory = workspaces.BaseDirectory,
            LockHash = BaseFiles.LockHash(workspaces.BaseDirectory),
            NetworkAllowed = options.SetupNetwork,
            Limits = plan.Limits with { Timeout = TimeSpan.FromSeconds(options.SetupTimeoutSeconds) },
        };

    private async Task<FinishedRun> RunPhaseAsync(
        QaSubject subject,
        TestPlan plan,
        PreparedImage image,
        RunPhase phase,
        string directory,
        CancellationToken ct
    )
    {
        var request = ReportWiring.Wire(plan, RandomNumberGenerator.GetHexString(32, lowercase: true));
        var startedAt = time.GetUtcNow();
        var result = await sandbox.RunAsync(
            new SandboxRun
            {
                QaJobId = subject.QaJobId,
                Image = image,
                WorkspaceDirectory = directory,
                Command = request.Command,
                Workdir = plan.Workdir,
                Environment = new Dictionary<string, string>(request.Environment)
                {
                    ["PYTHONHASHSEED"] = "0",
                },
                ReportPaths = request.ReportPath is null ? [] : [request.ReportPath],
                Limits = plan.Limits,
            },
            ct
        );
        var report = request.ReportPath is null ? null : result.Reports.GetValueOrDefault(request.ReportPath);
        var evidence = RunEvidenceReading.Read(plan, request, result, report);
        logger.TestsRan(
            subject.TraceId,
            phase,
            plan.Runner,
            result.ExitCode,
            result.Duration,
            evidence.Passed
        );
        return new FinishedRun(
            evidence,
            new TestInvocation
            {
                InvocationId = Guid.CreateVersion7(startedAt),
                Phase = phase,
                TsMs = startedAt.ToUnixTimeMilliseconds(),
                Command = plan.Command,
                ExitCode = result.ExitCode,
                DurationMs = (long)result.Duration.TotalMilliseconds,
                Passed = evidence.Passed,
                ReportBlobId = await StoreAsync(subject, report, ct),
                StdoutBlobId = await StoreAsync(subject, result.Stdout, ct),
                StderrBlobId = await StoreAsync(subject, result.Stderr, ct),
                TimedOut = result.TimedOut,
                OutOfMemory = result.OutOfMemory,
                OutputTruncated = result.OutputTruncated,
            }
        );
    }

    private async Task<BlobId?> StoreAsync(QaSubject subject, byte[]? content, CancellationToken ct) =>
        content is { Length: > 0 } && subject.Consent.StoreTerminalOutput
            ? await blobs.PutAsync(content, ct)
            : null;

    private static TestsResult WithoutFix(TestPlan plan) =>
        new()
        {
            Runner = plan.Runner,
            FinalPassed = false,
            Outcome = TestsOutcome.Failed,
            OutcomeReason = "The trace has no fix: its final diff is empty.",
        };

    private TestsResult ToResult(TestPlan plan, PreparedImage image, FinishedRun[] runs, Verdict verdict) =>
        new()
        {
            Runner = plan.Runner,
            ContainerImage = image.Machine is null ? plan.Image : null,
            ImageDigest = image.Digest,
            Machine = image.Machine,
            Sandbox = sandbox.Kind,
            Invocations = [.. runs.Select(run => run.Invocation)],
            FinalPassed = verdict.FinalPassed,
            Outcome = verdict.Outcome,
            OutcomeReason = verdict.Reason,
            ExitCodeOnly = verdict.ExitCodeOnly,
            FailToPass = verdict.FailToPass,
            PassToPass = verdict.PassToPass,
            PassToFail = verdict.PassToFail,
            Cases = verdict.Cases,
            Flaky = verdict.Flaky,
            Flags = verdict.Flags,
        };

    private sealed record FinishedRun(RunEvidence Evidence, TestInvocation Invocation);
}
