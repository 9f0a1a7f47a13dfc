using System.Diagnostics;
using Datacurve.Cli.Demo;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Cli.Spool;
using Datacurve.Tests.Redaction;
using Datacurve.Tests.Replay;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// Commands on a disk that is full end with a sentence and an exit code; nothing is lost by it, and with room
/// they do what they were asked.
/// </summary>
public sealed class FullDiskCommandTests
{
    private const int DiskBytes = 24 << 20;
    private const int Events = 50;

    // As SQLite, we and the machine say it.
    private static readonly string[] Room = ["disk is full", "has room", "No space left on device"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_of_an_operator_change_nothing_and_say_why()
    {
        using var disk = await SmallDisk.MakeAsync(DiskBytes);
        string traceId;
        using (var server = await ServerProcess.StartAsync(disk))
        {
            traceId = await server.Client.OpenTraceAsync();
            await server.Client.AppendAsync(traceId, Wire.Batch(1, Events));
            await server.Client.UploadAsync("nobody names this"u8.ToArray());
            await AgeBlobsAsync(disk);
            await server.KillAsync();
        }

        string[][] commands =
        [
            ["keys", "create", "x"],
            ["projects", "create", "p"],
            ["projects", "keep", "default", "7"],
            ["projects", "mode", "default", "redacted"],
            ["gc"],
            ["erase", "developer", "dev", "--yes"],
            ["erase", "trace", traceId, "--yes"],
        ];
        disk.Fill();
        foreach (var command in commands)
        {
            var (exitCode, output, errors) = await ServerProcess.RunAsync(disk, command);
            AssertSaid(string.Join(' ', command), exitCode, output, errors);
        }

        // It writes nothing, but SQLite may need files beside its own.
        var fsck = await ServerProcess.RunAsync(disk, "fsck");
        if (fsck.ExitCode != 0)
            AssertSaid("fsck", fsck.ExitCode, fsck.Output, fsck.Errors);
        disk.Clear();
        using (var server = await ServerProcess.StartAsync(disk))
            Assert.Equal(Events, (await server.Client.GetTraceAsync(traceId))["events"]!.AsArray().Count);
        foreach (var command in commands)
        {
            var (exitCode, output, errors) = await ServerProcess.RunAsync(disk, command);
            Assert.True(exitCode == 0, $"{string.Join(' ', command)}: {exitCode} {output}{errors}");
        }
    }

    [Fact]
    public async Task Those_of_a_developer_lose_nothing_and_say_why()
    {
        using var disk = await SmallDisk.MakeAsync(DiskBytes);
        using var repository = new ScratchFolder();
        GitDiff.Run(repository.Path, "init", "-q");
        GitDiff.Run(repository.Path, "commit", "-q", "--allow-empty", "-m", "Begin");
        var cast = repository.Of("a.cast");
        string[] lines = ["""{"version":2,"width":80,"height":24}""", """[1,"o","$ make\r\n"]"""];
        await File.WriteAllLinesAsync(cast, lines, Ct);
        var secret = $"TOKEN={new Planted(RunSettings.Seed).GitHubToken()}\n";
        await File.WriteAllTextAsync(disk.Seen(disk.Of("a.env")), secret, Ct);
        var id = await RecordOnAsync(disk);
        using var data = new ScratchFolder();
        using var server = await ServerProcess.StartAsync(data.Path);
        string[][] commands =
        [
            ["note", "plan", "see what is there", "--recording", id],
            ["push", "--recording", id, "--url", $"{server.Client.BaseAddress}"],
            ["cast", "import", cast],
            ["redact", "--in-place", disk.Of("a.env")],
        ];

        disk.Fill();
        foreach (var command in commands)
        {
            var ended = await RunAsync(disk, repository.Path, command);
            AssertSaid(string.Join(' ', command), ended.ExitCode, ended.StdoutText, ended.StderrText);
        }

        Assert.Equal(secret, await File.ReadAllTextAsync(disk.Seen(disk.Of("a.env")), Ct));
        Assert.Single(Directory.GetFiles(disk.Seen(disk.Path), "a.env*"));
        disk.Clear();
        foreach (var command in commands)
        {
            var ended = await RunAsync(disk, repository.Path, command);
            Assert.True(ended.ExitCode == 0, $"{string.Join(' ', command)}: {ended.StderrText}");
        }

        var traces = (await server.Client.GetAnswerAsync("/traces")).Json["traces"]!.AsArray();
        var stored = await server.Client.GetTraceAsync($"{Assert.Single(traces)!["trace_id"]}");
        Assert.Equal(
            Enumerable.Range(1, Events + 1),
            stored["events"]!.AsArray().Select(one => one!["seq"]!.GetValue<int>())
        );
        Assert.NotEqual(secret, await File.ReadAllTextAsync(disk.Seen(disk.Of("a.env")), Ct));
    }

    private static void AssertSaid(string command, int exitCode, string output, string errors)
    {
        Assert.True(exitCode is 1 or 2, $"{command}: {exitCode} {output}{errors}");
        Assert.True(
            Room.Any(said => errors.Contains(said, StringComparison.Ordinal)),
            $"{command}: {errors}"
        );
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", errors, StringComparison.Ordinal);
    }

    /// <summary>As if all blobs had been sent long ago, so that a collection has something to note.</summary>
    private static async Task AgeBlobsAsync(SmallDisk disk)
    {
        const string Program =
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
            + "print(c.execute('update blobs set touched_at_ms = 1').rowcount); c.commit()";
        var command = disk.On("python3", "-c", Program, disk.Of("datacurve.db"));
        var aged = await ChildProcess.RunAsync(new ProcessStartInfo(command[0], command[1..]), Ct);
        Assert.Equal(("1\n", ""), (aged.StdoutText, aged.StderrText));
    }

    /// <summary>Makes a recording and moves it to the disk.</summary>
    private static async Task<string> RecordOnAsync(SmallDisk disk)
    {
        using var spool = new SpoolUnderTest();
        await using var recording = spool.Create();
        for (var i = 0; i < Events; i++)
            await recording.AddAsync(SpoolUnderTest.Command($"echo {i}"), Ct);
        await recording.DisposeAsync();
        var made = spool.Environment["XDG_DATA_HOME"];
        var copied = await ChildProcess.RunAsync(
            new ProcessStartInfo("cp", ["-a", made, disk.Seen(disk.Of("data"))]),
            Ct
        );
        Assert.True(copied.ExitCode == 0, copied.StderrText);
        return recording.Id;
    }

    private static Task<CommandResult> RunAsync(SmallDisk disk, string folder, string[] arguments)
    {
        var tool = DatacurveTool.StartOf(arguments);
        var command = disk.On([
            "sh",
            "-c",
            "cd \"$0\" && exec \"$@\"",
            folder,
            tool.FileName,
            .. tool.ArgumentList,
        ]);
        var start = new ProcessStartInfo(command[0], command[1..]);
        foreach (var (name, value) in tool.Environment)
            start.Environment[name] = value;
        start.Environment["XDG_DATA_HOME"] = disk.Of("data");
        return ChildProcess.RunAsync(start, Ct);
    }
}
