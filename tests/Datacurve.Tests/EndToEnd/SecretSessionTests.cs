using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Cli.Capture.Terminal;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Qa.Judges;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Simulation;
using ServerProcess = Datacurve.Tests.Simulation.ServerProcess;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// The whole product at once: the real tool records a real shell in which secrets are typed, printed, written
/// into files and committed; it sends the recording to the real service, which proves it and has a model
/// judge it. None of the secrets is then in any file of the spool or of the store, in any row, log, packet or
/// export.
/// </summary>
public sealed class SecretSessionTests(ITestOutputHelper output)
{
    private static readonly string[] Ways = ["typed", "printed", "edited", "committed", "told"];

    // What leaves a recording for other programs, and a way whose word it has.
    private static readonly (string Way, string[] Command)[] Exports =
    [
        ("printed", ["cast", "export", "--format", "2"]),
        ("printed", ["cast", "export", "--format", "3"]),
        ("typed", ["review", "--json"]),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_of_a_session_is_kept_anywhere()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("DATACURVE_TEST_SEED"), out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var secrets = SessionSecret.Make(seed);
        // What is no secret is kept, in every way: else it would prove nothing to find no secret.
        var words = Ways.ToDictionary(way => way, way => $"{way}-{Guid.NewGuid():N}");
        await using var model = await ModelServer.StartAsync(
            ModelServer.OpenAi(ModelServer.Verdict(3).ToJsonString())
        );
        using var data = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(["--data", data.Path], Judged(model));
        await using var recorded = await RecordedShell.PrepareAsync("bash");
        await PrintFilesAsync(recorded, secrets, words);
        recorded.Record("--shell", "/bin/bash");
        await recorded.Terminal.WaitForAsync(RecordedShell.Prompt);

        await PlayAsync(recorded, secrets, words);
        Assert.Equal(0, await recorded.ExitAsync("exit 0"));
        await AssertNoneAsync(secrets, words, new WholeStore(recorded.Data), "the spool");
        var traceId = await SendAsync(recorded, server.Client.BaseAddress!);
        var trace = await new TraceClient(server.Client).EndAsync(traceId);

        Assert.Equal("complete", trace.GetProperty("status").GetString());
        await AssertNoneAsync(secrets, words, new WholeStore(recorded.Data), "the spool that was sent");
        await AssertNoneAsync(secrets, words, new WholeStore(data.Path), "the store");
        AssertNone(secrets, trace.GetRawText(), "the trace");
        foreach (var (way, export) in Exports)
        {
            var text = await ExportAsync(recorded, export);
            AssertNone(secrets, text, string.Join(' ', export));
            Assert.Contains(words[way], text, StringComparison.Ordinal);
        }

        AssertNone(secrets, server.Log, "the service's log");
        Assert.NotEmpty(model.Requests);
        foreach (var request in model.Requests)
        {
            AssertNone(secrets, request.Body.GetRawText(), "what the judge was sent");
            Assert.Contains(words["told"], request.Body.GetRawText(), StringComparison.Ordinal);
        }
    }

    private static string[] Judged(ModelServer model) =>
        [
            "JUDGE_PROVIDER=openai",
            "JUDGE_MODEL=m",
            "OPENAI_API_KEY=k",
            $"OPENAI_BASE_URL={new Uri(model.Address, "/v1")}",
            "SANDBOX=local",
            "QA_SWEEP_SECONDS=1",
            $"TEST_COMMAND={Recording.Unittest}",
        ];

    /// <summary>What the session prints and copies lies outside of the repository.</summary>
    private static async Task PrintFilesAsync(
        RecordedShell recorded,
        IReadOnlyList<SessionSecret> secrets,
        Dictionary<string, string> words
    )
    {
        var lines = secrets.Select(secret => secret.Line.Replace("\\n", "\n"));
        await File.WriteAllLinesAsync(Path.Combine(recorded.Home, "print"), [.. lines, words["printed"]], Ct);
        await File.WriteAllLinesAsync(Path.Combine(recorded.Home, "edit"), [.. lines, words["edited"]], Ct);
    }

    private static async Task PlayAsync(
        RecordedShell recorded,
        IReadOnlyList<SessionSecret> secrets,
        Dictionary<string, string> words
    )
    {
        foreach (var secret in secrets)
            await recorded.RunAsync($"printf '%b\\n' '{secret.Line}' >/dev/null");
        await recorded.RunAsync($"true {words["typed"]}");
        await recorded.RunAsync("cat ~/print");
        await recorded.RunAsync("cp ~/edit settings.txt; sleep 1");
        await recorded.RunAsync("cat ~/edit >>notes.txt; sleep 1");
        await recorded.RunAsync("git diff | cat");
        await recorded.RunAsync("git add --all");
        var mail = secrets.Single(secret => secret.Kind == "e-mail").Secret;
        foreach (var secret in secrets)
            await recorded.RunAsync(
                $"git -c user.name=A -c user.email={mail} commit -q --allow-empty -m \"$(printf '%b' '{secret.Line}')\""
            );
        await recorded.RunAsync(
            $"git -c user.name=A -c user.email={mail} commit -q --allow-empty -m {words["committed"]}"
        );
        await recorded.RunAsync("git log -p | cat");
        var tool = DatacurveTool.Typed;
        await recorded.RunAsync($"{tool} note hypothesis \"$(cat ~/print; echo {words["told"]})\"");
    }

    /// <summary>Sends the recording and has it proved.</summary>
    private static async Task<string> SendAsync(RecordedShell recorded, Uri service)
    {
        var environment = new Dictionary<string, string> { ["XDG_DATA_HOME"] = recorded.Data };
        var files = new Datacurve.Cli.Spool.RecordingFolder(recorded.RecordingFolder);
        var first = files.ReadManifest()!.ReadTrace().Repo.CommitBase;
        // The commits of the session are in the repository that the tool was started in.
        var sent = await DatacurveTool.RunAsync(
            environment,
            "finalize",
            "--range",
            $"{first}..HEAD",
            "--recording",
            Path.GetFileName(recorded.RecordingFolder),
            "--url",
            service.ToString()
        );
        Assert.True(sent.ExitCode == 0, sent.StdoutText + sent.StderrText);
        return files.ReadShipment().TraceId!;
    }

    private static async Task<string> ExportAsync(RecordedShell recorded, string[] command)
    {
        var exported = await DatacurveTool.RunAsync(
            new Dictionary<string, string> { ["XDG_DATA_HOME"] = recorded.Data },
            [.. command, "--recording", Path.GetFileName(recorded.RecordingFolder)]
        );
        Assert.True(exported.ExitCode == 0, exported.StderrText);
        return exported.StdoutText;
    }

    private static async Task AssertNoneAsync(
        IReadOnlyList<SessionSecret> secrets,
        Dictionary<string, string> words,
        WholeStore store,
        string where
    )
    {
        var found = await store.FindAsync([.. secrets.Select(secret => secret.Secret), .. words.Values]);
        foreach (var (way, word) in words)
            Assert.True(
                found.ContainsKey(word),
                $"what was {way} is not in {where}: the session is not there"
            );
        Assert.All(
            secrets,
            secret =>
                Assert.False(
                    found.TryGetValue(secret.Secret, out var places),
                    $"{secret.Kind} is in {where}: {string.Join(", ", places ?? [])}"
                )
        );
    }

    private static void AssertNone(IReadOnlyList<SessionSecret> secrets, string text, string where) =>
        Assert.All(
            secrets,
            secret =>
                Assert.False(
                    text.Contains(secret.Secret, StringComparison.Ordinal),
                    $"{secret.Kind} is in {where}"
                )
        );
}
