using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Simulation;
using ServerProcess = Datacurve.Tests.Simulation.ServerProcess;

namespace Datacurve.Tests.Erasing;

/// <summary><c>datacurve erase</c>, beside the service that runs.</summary>
public sealed class EraseCommandTests
{
    [Fact]
    public async Task A_developers_traces_are_erased_beside_the_service_and_listed()
    {
        using var folder = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);
        var word = $"word-{Guid.NewGuid():N}";
        var traceId = await RecordAsync(server.Client, word);
        string[] data = ["--data", folder.Path];

        var unasked = await EraseAsync(["developer", "leaving", .. data]);
        var waiting = await EraseAsync(["developer", "leaving", "--yes", "--json", .. data]);
        var hurried = await EraseAsync(["trace", traceId, "--yes", "--now", .. data]);
        var listed = await EraseAsync(["list", "--json", .. data]);
        var nothing = await EraseAsync(["developer", "leaving", "--yes", .. data]);

        Assert.Equal(2, unasked.ExitCode);
        Assert.Contains("--yes", unasked.Errors, StringComparison.Ordinal);
        Assert.True(waiting.ExitCode == 1, waiting.Output + waiting.Errors);
        Assert.Equal("erasing", JsonNode.Parse(waiting.Output)!["state"]!.GetValue<string>());
        Assert.Equal(1, JsonNode.Parse(waiting.Output)!["blobs_left"]!.GetValue<int>());
        Assert.True(hurried.ExitCode == 0, hurried.Output + hurried.Errors);
        Assert.Contains($"{traceId}  erased", hurried.Output, StringComparison.Ordinal);
        Assert.Equal("erased", JsonNode.Parse(listed.Output)!["state"]!.GetValue<string>());
        Assert.Equal("command", JsonNode.Parse(listed.Output)!["erased_by"]!.GetValue<string>());
        Assert.Equal((0, "There was nothing to erase.\n"), (nothing.ExitCode, nothing.Output));
        Assert.Empty(await new WholeStore(folder.Path).FindAsync(word));
        Assert.NotEqual(HttpStatusCode.OK, (await server.Client.GetAnswerAsync($"/traces/{traceId}")).Status);
    }

    [Fact]
    public async Task A_developer_whose_id_looks_like_a_token_is_found_by_it()
    {
        using var folder = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);
        var traceId = await RecordAsync(server.Client, $"word-{Guid.NewGuid():N}", MarkedTrace.Secret);

        var erased = await EraseAsync([
            "developer",
            MarkedTrace.Secret,
            "--yes",
            "--now",
            "--data",
            folder.Path,
        ]);

        Assert.True(erased.ExitCode == 0, erased.Output + erased.Errors);
        Assert.Contains($"{traceId}  erased", erased.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is no trace's id", "trace", "nonsense")]
    [InlineData("There is no trace", "trace", "01a20ac5-4d4b-7aa1-b4ec-362e0ec71fdc")]
    [InlineData("There is no project", "developer", "dev", "--project", "nobodys")]
    [InlineData("--reason takes", "developer", "dev", "--reason", "because")]
    public async Task What_cannot_be_erased_is_refused_in_a_sentence(string reason, params string[] arguments)
    {
        using var folder = new ScratchFolder();
        using (await ServerProcess.StartAsync(folder.Path))
        {
            // It makes the store.
        }

        var refused = await EraseAsync([.. arguments, "--yes", "--data", folder.Path]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(reason, refused.Errors, StringComparison.Ordinal);
        Assert.Equal("", refused.Output);
    }

    [Fact]
    public async Task Where_one_of_several_traces_is_unknown_none_is_erased()
    {
        using var folder = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(folder.Path);
        var known = await RecordAsync(server.Client, $"word-{Guid.NewGuid():N}");

        var refused = await EraseAsync([
            "trace",
            known,
            "01a20ac5-4d4b-7aa1-b4ec-362e0ec71fdc",
            "--yes",
            "--data",
            folder.Path,
        ]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Nothing was erased.", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAnswerAsync($"/traces/{known}")).Status);
    }

    [Fact]
    public async Task A_project_is_told_how_long_its_traces_are_kept()
    {
        using var folder = new ScratchFolder();
        string[] keep = ["projects", "keep", "default"];
        string[] data = ["--data", folder.Path];
        // The folder of a store: another is refused.
        await ServerProcess.RunAsync(["projects", "create", "other", .. data]);

        var days = await ServerProcess.RunAsync([.. keep, "30", .. data]);
        var ever = await ServerProcess.RunAsync([.. keep, "0", .. data]);
        var wrong = await ServerProcess.RunAsync([.. keep, "soon", .. data]);

        Assert.Equal((0, "Traces of default are kept for 30 days.\n"), (days.ExitCode, days.Output));
        Assert.Equal((0, "Traces of default are kept for ever.\n"), (ever.ExitCode, ever.Output));
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("whole number", wrong.Errors, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> EraseAsync(string[] arguments) =>
        ServerProcess.RunAsync(["erase", .. arguments]);

    private static async Task<string> RecordAsync(HttpClient http, string word, string developer = "leaving")
    {
        var client = new TraceClient(http);
        var body = TraceClient.NewTrace();
        body["developer"]!["developer_id"] = developer;
        var traceId = await client.OpenAsync(body);
        await client.AppendAsync(traceId, MarkedTrace.Output(1, await client.UploadAsync(word)));
        return traceId;
    }
}
