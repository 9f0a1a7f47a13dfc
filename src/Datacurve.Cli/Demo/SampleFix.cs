using Datacurve.Cli.Client;
using Datacurve.Cli.Rendering;
using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// The bundled library and its session. Needs git, bash and python3, and nothing beyond its library.
/// </summary>
internal sealed class SampleFix(SessionVariant variant, Printer printer) : IDemoSubject
{
    public async Task<RecordedFix> RecordAsync(ServiceClient client, string directory, CancellationToken ct)
    {
        var script = SessionScript.Parse(SampleFiles.Text("freebusy.session"), variant);
        var repository = new GitRepository(directory);
        SampleFiles.WriteTo(directory, "freebusy");
        await repository.InitAsync("Release 0.3.0", ct);

        var commitBase = await repository.ResolveAsync("HEAD", ct);
        var opening = new TraceOpening(client, printer);
        var repo = new Repo
        {
            RepoId = "datacurve/freebusy",
            DefaultBranch = "main",
            CommitBase = commitBase,
            RepoFingerprint = new RepoFingerprint
            {
                TreeHash = await repository.ResolveAsync("HEAD^{tree}", ct),
            },
        };
        var tar = await repository.ArchiveAsync(commitBase, ct);
        var recorder = await opening.OpenAsync(
            repo,
            new BugFixTask { BugReport = script.Bug },
            Test(),
            tar,
            ct
        );

        var work = new RecordedWork(repository, recorder, printer);
        await work.StartAtAsync(commitBase, ct);
        await new SessionPlayer(work, commitBase).PlayAsync(script.Steps, ct);
        await recorder.FlushAsync(ct);
        var head = await repository.ResolveAsync("HEAD", ct);
        return new RecordedFix(recorder, await opening.FinalStateAsync(repository, commitBase, head, ct));
    }

    private static TestSetup Test() => new() { Command = "python3 -m unittest -v", Runner = "unittest" };
}
