using System.Diagnostics;
using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Events;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// The fix of pallets/itsdangerous that made its datetimes timezone-aware and brought its own tests.
/// Only what is known is recorded: the edits, the commit, and test runs where this machine can run them.
/// Nobody wrote down what its author thought.
/// </summary>
internal sealed class UpstreamFix(string? clone, Printer printer, string fixCommit = UpstreamFix.Released)
    : IDemoSubject
{
    private const string Forge = "https://github.com/pallets/itsdangerous";
    private const string Released = "910a7a94ee88b15d0677f65ed87d7ccbbd998048";
    private const string StandInFolder = ".datacurve";
    private const string StandInFile = "freezegun.py";

    // The file whose tests the fix changes. It imports freezegun; a sandbox has no network, so where
    // that is missing the snapshot's own stand-in serves. PYTHONPATH may carry the report writer of
    // whoever runs this.
    private const string TestCommand =
        "python3 -c 'import freezegun' 2>/dev/null || export PYTHONPATH=\""
        + StandInFolder
        + "${PYTHONPATH:+:$PYTHONPATH}\"; "
        + "PYTHONPATH=\"src${PYTHONPATH:+:$PYTHONPATH}\" "
        + "python3 -m pytest tests/test_itsdangerous/test_timed.py";

    // For an image without pytest, such as the plain python ones; nothing is fetched where it is there.
    private const string SetupCommand =
        "python3 -c 'import pytest' 2>/dev/null "
        + "|| PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --quiet pytest freezegun";

    public async Task<RecordedFix> RecordAsync(ServiceClient client, string directory, CancellationToken ct)
    {
        var repository = new GitRepository(directory);
        var source = clone is null ? Forge : Path.GetFullPath(clone);
        printer.Labelled("clone", source);
        await repository.CloneAsync(source, fixCommit + "^", ct);
        WriteStandIn(directory);

        var commitBase = await repository.ResolveAsync(fixCommit + "^", ct);
        var message = await repository.MessageAsync(fixCommit, ct);
        var opening = new TraceOpening(client, printer);
        var recorder = await opening.OpenAsync(
            new Repo
            {
                RepoId = "pallets/itsdangerous",
                RemoteUrl = Forge,
                CommitBase = commitBase,
            },
            new BugFixTask { BugReport = Bug() },
            new TestSetup
            {
                Setup = [SetupCommand],
                Command = TestCommand,
                Runner = "pytest",
            },
            await repository.ArchiveAsync(commitBase, Path.Combine(StandInFolder, StandInFile), ct),
            ct
        );
        await PlayAsync(new RecordedWork(repository, recorder, printer), commitBase, message, ct);
        await recorder.FlushAsync(ct);
        var finalState = await opening.FinalStateAsync(repository, commitBase, fixCommit, ct);
        return new RecordedFix(recorder, finalState);
    }

    private async Task PlayAsync(RecordedWork work, string commitBase, string message, CancellationToken ct)
    {
        var repository = work.Repository;
        await work.StartAtAsync(commitBase, ct);
        var canTest = await HasPytestAsync(ct);
        if (!canTest)
            printer.Labelled("note", "no pytest on this machine, so the session has no test run of its own");

        foreach (var path in await repository.ChangedPathsAsync(commitBase, fixCommit, ct))
            await work.EditAsync(path, () => repository.RestoreAsync(path, fixCommit, ct), ct);
        if (canTest)
            await work.TestAsync(TestCommand, TestRunner.Pytest, ct);
        await work.CommittedAsync(fixCommit, message, ct);
        printer.Labelled("note", "nobody wrote down what its author thought, and the scores will say so");
    }

    private static void WriteStandIn(string directory)
    {
        SampleFiles.WriteTo(Path.Combine(directory, StandInFolder), "itsdangerous");
        File.AppendAllText(Path.Combine(directory, ".git", "info", "exclude"), $"/{StandInFolder}/\n");
    }

    private static async Task<bool> HasPytestAsync(CancellationToken ct)
    {
        var probe = new ProcessStartInfo("python3", ["-c", "import pytest"]);
        return (await ChildProcess.RunAsync(probe, ct)).ExitCode == 0;
    }

    private static BugReport Bug() =>
        new()
        {
            Title = "Datetimes are naive",
            Description =
                "TimestampSigner.unsign(return_timestamp=True), BadTimeSignature.date_signed and "
                + "get_issue_date() give naive datetimes that mean UTC. Compared with an aware one they are "
                + "never equal, and they are taken for local time by whatever converts them.",
            Expected = "timezone-aware datetimes in UTC",
            Actual = "naive datetimes",
            Links = [Forge + "/issues/150"],
        };
}
