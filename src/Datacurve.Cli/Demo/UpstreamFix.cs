using System.Diagnostics;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// The fix of pallets/itsdangerous that made its datetimes timezone-aware and brought its own tests.
/// Only what is known is played: the edits, the commit, and the tests where this machine can run them. Nobody
/// wrote down what its author thought.
/// </summary>
internal sealed class UpstreamFix(string? clone, Printer printer, string fixCommit = UpstreamFix.Released)
    : IDemoSubject
{
    private const string Forge = "https://github.com/pallets/itsdangerous";
    private const string Released = "910a7a94ee88b15d0677f65ed87d7ccbbd998048";
    private const string StandInFolder = ".datacurve";

    // The file whose tests the fix changes. It imports freezegun; a sandbox has no network, so where
    // that is missing the stand-in that the base brings serves. PYTHONPATH may carry the report writer of
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

    public string Name => "itsdangerous";

    public async Task<DemoSession> PrepareAsync(GitRepository repository, CancellationToken ct)
    {
        var source = clone is null ? Forge : Path.GetFullPath(clone);
        printer.Labelled("clone", source);
        await repository.CloneAsync(source, Forge, fixCommit + "^", ct);
        SampleFiles.WriteTo(Path.Combine(repository.Directory, StandInFolder), Name);
        await repository.CommitAsync("Add a stand-in for freezegun", ct);
        return new DemoSession
        {
            Bug = Bug(),
            Test = new TestSetup
            {
                Setup = [SetupCommand],
                Command = TestCommand,
                Runner = "pytest",
            },
            Steps = await StepsAsync(repository, ct),
        };
    }

    private async Task<IReadOnlyList<SessionStep>> StepsAsync(GitRepository repository, CancellationToken ct)
    {
        var steps = new List<SessionStep>();
        foreach (var path in await repository.ChangedPathsAsync(fixCommit + "^", fixCommit, ct))
            steps.Add(new SessionStep.Save(path, await repository.ReadAsync(fixCommit, path, ct)));
        if (await HasPytestAsync(ct))
            steps.Add(new SessionStep.Test(TestCommand));
        else
            printer.Labelled("note", "no pytest on this machine, so the session has no test run of its own");
        steps.Add(new SessionStep.MakeCommit(await repository.MessageAsync(fixCommit, ct)));
        printer.Labelled("note", "nobody wrote down what its author thought, and the scores will say so");
        return steps;
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
