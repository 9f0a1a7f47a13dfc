using Datacurve.Core.Traces;

namespace Datacurve.Cli.Demo;

/// <summary>
/// The bundled library and its session. Needs git, bash and python3, and nothing beyond its library.
/// </summary>
internal sealed class SampleFix(SessionVariant variant) : IDemoSubject
{
    public string Name => "freebusy";

    public async Task<DemoSession> PrepareAsync(GitRepository repository, CancellationToken ct)
    {
        var script = SessionScript.Parse(SampleFiles.Text("freebusy.session"), variant);
        SampleFiles.WriteTo(repository.Directory, Name);
        await repository.InitAsync("Release 0.3.0", ct);
        return new DemoSession
        {
            Bug = script.Bug,
            Test = new TestSetup { Command = "python3 -m unittest -v", Runner = "unittest" },
            Steps = script.Steps,
        };
    }
}
