using System.Diagnostics;
using Datacurve.Cli.Demo;
using Datacurve.Cli.Spool;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli.Spool;
using Datacurve.Tests.Simulation;

namespace Datacurve.Tests.Cli.Commands;

/// <summary><c>datacurve finalize</c> in a real repository, against the real server.</summary>
public sealed class FinalizeCommandTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_rest_is_sent_the_fix_is_told_and_a_second_time_is_refused()
    {
        using var data = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(data.Path);
        using var repository = new TempFolder();
        var (first, _) = await CommitsAsync(repository);
        using var spool = new SpoolUnderTest();
        await RecordAsync(spool, repository.Path, first);
        string[] finalize =
        [
            "finalize",
            "--range",
            $"{first[..12]}..HEAD",
            "--pr",
            "https://forge.invalid/pull/7",
            "--recording",
            spool.Store.List().Single().Manifest.RecordingId,
            "--url",
            server.Client.BaseAddress!.ToString(),
        ];

        var done = await DatacurveTool.RunAsync(spool.Environment, finalize);
        var again = await DatacurveTool.RunAsync(spool.Environment, finalize);

        Assert.True(done.ExitCode == 0, done.StderrText);
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("is finalized already", again.StderrText, StringComparison.Ordinal);
        Assert.DoesNotContain("replay", again.StderrText, StringComparison.Ordinal);
        var traceId = spool.Store.List().Single().Files.ReadShipment().TraceId!;
        var trace = await server.Client.GetTraceAsync(traceId);
        var request = trace["events"]!.AsArray()[^1]!["payload"]!;
        Assert.Equal("https://forge.invalid/pull/7", request["pr_url"]!.GetValue<string>());
        Assert.Equal("Say two", trace["final_state"]!["pr"]!["title"]!.GetValue<string>());
        var diff = trace["final_state"]!["pr"]!["diff_blob_id"]!.GetValue<string>();
        var patch = (await server.Client.GetAnswerAsync($"/blobs/{diff}")).Body;
        Assert.Contains("-one\n+two\n", System.Text.Encoding.UTF8.GetString(patch), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HEAD..HEAD", "The recording began at")]
    [InlineData("nonsense", "--range takes commits such as")]
    [InlineData("none..HEAD", "There is no commit none in ")]
    public async Task A_range_that_is_not_of_this_recording_is_refused_before_anything_is_sent(
        string range,
        string reason
    )
    {
        await using var service = await ServiceDouble.StartAsync();
        using var repository = new TempFolder();
        var (first, _) = await CommitsAsync(repository);
        using var spool = new SpoolUnderTest();
        await RecordAsync(spool, repository.Path, first);

        var refused = await DatacurveTool.RunAsync(
            spool.Environment,
            "finalize",
            "--range",
            range,
            "--recording",
            spool.Store.List().Single().Manifest.RecordingId,
            "--url",
            service.Url.ToString()
        );

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(reason, refused.StderrText, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_service_that_is_away_while_it_is_finalized_and_followed_is_waited_for()
    {
        await using var service = await ServiceDouble.StartAsync();
        using var repository = new TempFolder();
        var (first, _) = await CommitsAsync(repository);
        using var spool = new SpoolUnderTest();
        await RecordAsync(spool, repository.Path, first);
        var recording = spool.Store.List().Single();
        string[] where = ["--recording", recording.Manifest.RecordingId, "--url", service.Url.ToString()];
        var pushed = await DatacurveTool.RunAsync(spool.Environment, ["push", .. where]);
        Assert.True(pushed.ExitCode == 0, pushed.StderrText);
        var traceId = recording.Files.ReadShipment().TraceId!;
        var (finalize, read) = ($"POST /traces/{traceId}/finalize", $"GET /traces/{traceId}");
        service.Answer(finalize, 503, "{}");
        service.Answer(read, 502, "{}");

        var running = DatacurveTool.RunAsync(spool.Environment, ["finalize", "--wait", .. where]);
        await AskedAsync(service, finalize);
        service.Answer(
            finalize,
            200,
            $$"""{"trace_id":"{{traceId}}","status":"finalizing","qa_job_id":"{{Guid.NewGuid()}}"}"""
        );
        await AskedAsync(service, read);
        var trace = service.Trace!.DeepClone().AsObject();
        trace["trace_id"] = traceId;
        trace["created_at_ms"] = 0;
        trace["status"] = "complete";
        service.Answer(read, 200, trace.ToJsonString());
        var done = await running;

        Assert.True(done.ExitCode == 0, done.StderrText);
        Assert.Contains("503: no reason given. Trying again in", done.StderrText, StringComparison.Ordinal);
        Assert.Contains("502: no reason given. Trying again in", done.StdoutText, StringComparison.Ordinal);
        Assert.Contains("complete", done.StdoutText, StringComparison.Ordinal);
    }

    private static async Task AskedAsync(ServiceDouble service, string request)
    {
        while (!service.Requests.Contains(request))
            await Task.Delay(10, Ct);
    }

    private static async Task RecordAsync(SpoolUnderTest spool, string root, string commit)
    {
        var trace = SpoolUnderTest.NewTrace();
        await using var recording = spool.Store.Create(
            new NewRecording
            {
                RepositoryRoot = root,
                Trace = trace with { Repo = trace.Repo with { CommitBase = commit } },
            }
        );
        await recording.AddAsync(SpoolUnderTest.Command("make"), Ct);
    }

    private static async Task<(string First, string Second)> CommitsAsync(TempFolder repository)
    {
        await GitAsync(repository, "init", "--quiet");
        var first = await CommitAsync(repository, "one\n", "Say one");
        return (first, await CommitAsync(repository, "two\n", "Say two\n\nBecause."));
    }

    private static async Task<string> CommitAsync(TempFolder repository, string text, string message)
    {
        await File.WriteAllTextAsync(repository.Combine("a.txt"), text, Ct);
        await GitAsync(repository, "add", "a.txt");
        string[] who = ["-c", "user.name=Dev", "-c", "user.email=dev@example.invalid"];
        await GitAsync(repository, [.. who, "commit", "--quiet", "-m", message]);
        return (await GitAsync(repository, "rev-parse", "HEAD")).Trim();
    }

    private static async Task<string> GitAsync(TempFolder repository, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", repository.Path, .. arguments]);
        var result = await ChildProcess.RunAsync(start, Ct);
        Assert.True(result.ExitCode == 0, result.StderrText);
        return result.StdoutText;
    }
}
