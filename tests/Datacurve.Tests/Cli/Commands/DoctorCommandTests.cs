using System.Text.Json;

namespace Datacurve.Tests.Cli.Commands;

/// <summary><c>datacurve doctor</c> on this machine, with one thing at a time missing.</summary>
public sealed class DoctorCommandTests
{
    [Fact]
    public async Task With_everything_there_it_says_so_and_ends_with_0()
    {
        await using var service = await ServiceDouble.StartAsync();

        var doctor = await RunAsync("/bin/zsh", service.Url.ToString());

        Assert.Equal(0, doctor.ExitCode);
        Assert.All(
            ["datacurve", "shell", "git", "service", "clock"],
            what => Assert.Equal("ok", doctor.Of(what).GetProperty("state").GetString())
        );
        Assert.Contains(service.Url.ToString().TrimEnd('/'), Found(doctor.Of("service")), Ordinal);
        Assert.Contains("git version", Found(doctor.Of("git")), Ordinal);
        Assert.Contains("free for", Found(doctor.Of("disk")), Ordinal);
    }

    [Fact]
    public async Task What_recording_can_do_without_is_a_note_with_something_to_do()
    {
        var doctor = await RunAsync("/bin/dash", "http://127.0.0.1:1");

        Assert.Equal(0, doctor.ExitCode);
        Assert.All(
            ["shell", "service"],
            what => Assert.Equal("note", doctor.Of(what).GetProperty("state").GetString())
        );
        Assert.Contains("--shell bash", ToDo(doctor.Of("shell")), Ordinal);
        Assert.Contains("Recording works without it", ToDo(doctor.Of("service")), Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_bad_and_fish_is_as_good_as_bash()
    {
        using var folder = new TempFolder();
        var file = folder.Combine("file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var doctor = await RunAsync("/usr/bin/fish", "http://127.0.0.1:1", data: file);

        Assert.Equal("ok", doctor.Of("shell").GetProperty("state").GetString());
        Assert.Equal("bad", doctor.Of("disk").GetProperty("state").GetString());
        Assert.Contains("cannot be written", Found(doctor.Of("disk")), Ordinal);
    }

    [Fact]
    public async Task Without_git_nothing_can_be_recorded_and_it_ends_with_1()
    {
        var doctor = await RunAsync("/bin/bash", "http://127.0.0.1:1", path: "/nowhere");

        Assert.Equal(1, doctor.ExitCode);
        Assert.Equal("bad", doctor.Of("git").GetProperty("state").GetString());
        Assert.Contains("Install git", ToDo(doctor.Of("git")), Ordinal);
    }

    [Fact]
    public async Task For_people_each_finding_is_a_line()
    {
        var doctor = await DatacurveTool.RunAsync(
            new Dictionary<string, string> { ["SHELL"] = "/bin/bash" },
            "doctor",
            "--url",
            "http://127.0.0.1:1"
        );

        Assert.Equal(0, doctor.ExitCode);
        Assert.Contains("ok    shell     /bin/bash\n", doctor.StdoutText, Ordinal);
        Assert.Contains("note  service", doctor.StdoutText, Ordinal);
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static string Found(JsonElement finding) => finding.GetProperty("found").GetString()!;

    private static string ToDo(JsonElement finding) => finding.GetProperty("to_do").GetString()!;

    private static async Task<Findings> RunAsync(
        string shell,
        string url,
        string? path = null,
        string? data = null
    )
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string>
        {
            ["SHELL"] = shell,
            ["XDG_DATA_HOME"] = data ?? folder.Path,
        };
        if (path is not null)
            environment["PATH"] = path;
        var doctor = await DatacurveTool.RunAsync(environment, "doctor", "--json", "--url", url);
        return new Findings(doctor.ExitCode, JsonElement.Parse(doctor.StdoutText));
    }

    private sealed record Findings(int ExitCode, JsonElement Json)
    {
        public JsonElement Of(string what) =>
            Assert.Single(Json.EnumerateArray(), finding => finding.GetProperty("what").GetString() == what);
    }
}
