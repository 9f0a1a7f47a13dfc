using System.Diagnostics;
using Datacurve.Cli.Demo;

namespace Datacurve.Tests.Cli.Commands;

/// <summary>Homes, settings and folders for temporary files that are not as they mostly are.</summary>
public sealed class OddFoldersTests : IDisposable
{
    private const StringComparison Ordinal = StringComparison.Ordinal;

    // Longer than any path of a socket can be.
    private static readonly string Deep = new('d', 120);

    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_recorder_whose_folders_lie_too_deep_for_a_socket_takes_notes_all_the_same()
    {
        var deep = Directory.CreateDirectory(_folder.Combine(Deep)).FullName;
        var repository = Directory.CreateDirectory(_folder.Combine("repository")).FullName;
        foreach (
            var step in new[] { "init -q", "-c user.name=a -c user.email=a@b commit -qm a --allow-empty" }
        )
            await ChildProcess.RunAsync(new("git", ["-C", repository, .. step.Split(' ')]), Ct);
        var start = DatacurveTool.StartOf();
        var typed = $"{DatacurveTool.Typed} note plan 'what I think'; exit";
        var session = new ProcessStartInfo("sh", ["-c", $"echo \"{typed}\" | {DatacurveTool.Typed} record"])
        {
            WorkingDirectory = repository,
        };
        foreach (var (name, value) in start.Environment)
            session.Environment[name] = value;
        session.Environment["TMPDIR"] = session.Environment["XDG_DATA_HOME"] = deep;
        session.Environment["SHELL"] = "/bin/bash";

        var recorded = await ChildProcess.RunAsync(session, Ct);

        Assert.True(recorded.ExitCode == 0, recorded.StdoutText + recorded.StderrText);
        Assert.DoesNotContain("   at ", recorded.StdoutText + recorded.StderrText, Ordinal);
        Assert.Contains("Noted as event", recorded.StdoutText, Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    public async Task Settings_that_cannot_be_read_are_named_in_a_sentence(string settings)
    {
        var path = _folder.Combine("datacurve", "config.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, settings, Ct);

        var listed = await RunAsync("XDG_CONFIG_HOME", _folder.Path, "list");

        Assert.Equal((2, ""), (listed.ExitCode, listed.StdoutText));
        Assert.StartsWith($"{path} cannot be read: ", listed.StderrText, Ordinal);
        Assert.DoesNotContain("   at ", listed.StderrText, Ordinal);
    }

    [Fact]
    public async Task A_home_that_is_not_there_yet_has_no_settings_and_no_recordings()
    {
        var status = await DatacurveTool.RunAsync(
            new Dictionary<string, string>
            {
                ["HOME"] = _folder.Combine("nobody"),
                ["XDG_CONFIG_HOME"] = "",
                ["XDG_DATA_HOME"] = "",
            },
            "push"
        );

        Assert.Equal(2, status.ExitCode);
        Assert.DoesNotContain("   at ", status.StderrText, Ordinal);
        Assert.Contains("recording", status.StderrText, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<CommandResult> RunAsync(string variable, string value, params string[] arguments) =>
        DatacurveTool.RunAsync(new Dictionary<string, string> { [variable] = value }, arguments);
}
