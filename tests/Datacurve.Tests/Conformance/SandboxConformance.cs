using System.Net.Sockets;
using System.Text;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Storage;
using Xunit;

namespace Datacurve.Tests.Conformance;

/// <summary>
/// What every sandbox must do, on a real one. The classes that derive from this add what only their kind can
/// promise.
/// </summary>
public abstract partial class SandboxConformance : IAsyncDisposable
{
    private readonly DirectoryInfo workspace = Directory.CreateTempSubdirectory("datacurve-workspace-");

    internal abstract ISandbox Sandbox { get; }
    private protected abstract string Image { get; }
    private protected Guid QaJobId { get; } = Guid.NewGuid();
    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected static SandboxLimits Limits =>
        new() { Timeout = TimeSpan.FromSeconds(60), MemoryBytes = 256 << 20 };

    /// <summary>What still exists of this job's sandboxes: containers or processes.</summary>
    private protected abstract Task<int> CountLeftAsync(Guid qaJobId);

    public async ValueTask DisposeAsync()
    {
        await CleanAsync();
        workspace.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes what the sandbox keeps beyond a run: prepared images and folders.</summary>
    private protected abstract Task CleanAsync();

    private protected string WorkspacePath(string name) => Path.Combine(workspace.FullName, name);

    private protected SandboxRun Run(string command, params string[] reportPaths) =>
        new()
        {
            QaJobId = QaJobId,
            Image = new PreparedImage(Image, null),
            WorkspaceDirectory = workspace.FullName,
            Command = command,
            ReportPaths = reportPaths,
            Limits = Limits,
        };

    private protected SandboxSetup Setup(params string[] commands) =>
        new()
        {
            QaJobId = QaJobId,
            Project = ProjectId.Default,
            Image = Image,
            Commands = commands,
            WorkspaceDirectory = workspace.FullName,
            // Unique, so that no test finds what another one, or an earlier run, has prepared.
            LockHash = $"{QaJobId:N}",
            NetworkAllowed = false,
            Limits = Limits,
        };

    private protected Task<SandboxResult> RunAsync(string command, params string[] reportPaths) =>
        Sandbox.RunAsync(Run(command, reportPaths), Ct);

    private protected static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private protected async Task AssertNothingIsLeftAsync() => Assert.Equal(0, await CountLeftAsync(QaJobId));

    [Fact]
    public async Task A_command_gives_its_exit_code_and_both_outputs_apart()
    {
        var result = await RunAsync("echo out; echo err >&2; exit 3");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("out\n", Text(result.Stdout));
        Assert.Equal("err\n", Text(result.Stderr));
        Assert.False(result.TimedOut || result.OutOfMemory || result.OutputTruncated);
        Assert.True(result.Duration > TimeSpan.Zero);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_command_killed_by_a_signal_gives_128_and_its_number()
    {
        var result = await RunAsync("kill -TERM $$");

        Assert.Equal(128 + 15, result.ExitCode);
    }

    [Fact]
    public async Task Output_that_is_not_text_and_unicode_come_back_byte_by_byte()
    {
        var result = await RunAsync("printf 'gr\\303\\274n \\342\\234\\223 \\000\\377'");

        Assert.Equal("grün ✓ \0"u8.ToArray().Append((byte)0xff), result.Stdout);
    }

    [Fact]
    public async Task The_workspace_arrives_with_modes_and_links_and_is_not_changed_here()
    {
        Directory.CreateDirectory(WorkspacePath("src/empty"));
        await File.WriteAllTextAsync(WorkspacePath("src/übung.sh"), "echo ran", Ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(WorkspacePath("src/übung.sh"), (UnixFileMode)0b111_101_101);
        File.CreateSymbolicLink(WorkspacePath("link"), "src/übung.sh");

        var result = await RunAsync(
            "test -d src/empty && src/übung.sh && readlink link && test -x src/übung.sh "
                + "&& test -O src/übung.sh && test -O . && echo changed >src/übung.sh && pwd"
        );

        Assert.Equal("ran\nsrc/übung.sh\n/workspace\n", Text(result.Stdout));
        Assert.Equal("echo ran", await File.ReadAllTextAsync(WorkspacePath("src/übung.sh"), Ct));
    }

    [Fact]
    public async Task The_command_runs_in_its_workdir()
    {
        Directory.CreateDirectory(WorkspacePath("packages/api"));

        var result = await Sandbox.RunAsync(Run("pwd") with { Workdir = "packages/api" }, Ct);

        Assert.Equal("/workspace/packages/api\n", Text(result.Stdout));
    }

    [Fact]
    public async Task The_environment_holds_what_was_given_and_nothing_of_the_host()
    {
        Environment.SetEnvironmentVariable("DATACURVE_TEST_SECRET", "hunter2");
        var run = Run("env") with
        {
            Environment = new Dictionary<string, string> { ["GIVEN"] = "a b\"'$c", ["TZ"] = "Asia/Tokyo" },
        };

        var lines = Text((await Sandbox.RunAsync(run, Ct)).Stdout).Split('\n');

        Assert.Contains("GIVEN=a b\"'$c", lines);
        Assert.Contains("TZ=Asia/Tokyo", lines);
        Assert.Contains("LC_ALL=C.UTF-8", lines);
        Assert.Contains("PYTHONHASHSEED=0", lines);
        string[] known =
        [
            "GIVEN",
            "TZ",
            "HOME",
            "HOSTNAME",
            "PATH",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_",
            "LANG",
            "LC_ALL",
            "PYTHONHASHSEED",
            "PYTHONDONTWRITEBYTECODE",
            "SOURCE_DATE_EPOCH",
            "CI",
            "NO_COLOR",
            "TERM",
        ];
        var names = lines.Where(line => line.Length > 0).Select(line => line.Split('=')[0]);
        Assert.Empty(names.Except(known));
    }

    [Fact]
    public async Task Home_tmp_and_reports_can_be_written_and_run_from()
    {
        var result = await RunAsync(
            "for d in \"$HOME\" /tmp /reports .; do echo 'echo ok' >$d/x && chmod +x $d/x && $d/x; done"
        );

        Assert.Equal("ok\nok\nok\nok\n", Text(result.Stdout));
    }

    [Fact]
    public async Task Python_runs_its_tests()
    {
        await File.WriteAllTextAsync(
            WorkspacePath("test_sum.py"),
            "import unittest\nclass T(unittest.TestCase):\n  def test_sum(self): self.assertEqual(3, 1+2)\n",
            Ct
        );

        var result = await RunAsync("python3 -m unittest -v");

        Assert.Contains("test_sum (test_sum.T", Text(result.Stderr), StringComparison.Ordinal);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Many_runs_at_once_do_not_meet()
    {
        var runs = Enumerable.Range(0, 8).Select(i => RunAsync($"echo {i} >mine; sleep 0.2; cat mine"));

        var results = await Task.WhenAll(runs);

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}\n"), results.Select(r => Text(r.Stdout)));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Reports_come_back_as_they_were_written()
    {
        var result = await RunAsync(
            "printf 'a\\000b' >/reports/one; mkdir deep; : >deep/two; sleep 300 &",
            "/reports/one",
            "/workspace/deep/two",
            "/reports/never"
        );

        Assert.Equal(["/reports/one", "/workspace/deep/two"], result.Reports.Keys.Order());
        Assert.Equal("a\0b"u8.ToArray(), result.Reports["/reports/one"]);
        Assert.Empty(result.Reports["/workspace/deep/two"]);
    }

    [Fact]
    public async Task A_report_that_is_no_regular_file_is_absent()
    {
        var result = await RunAsync(
            "cd /reports; ln -s /etc/passwd link; ln /reports/link hard; mkdir dir; mkfifo fifo; "
                + "ln -s /etc /reports/up; ln -s /nowhere dangling; echo ok >fine",
            "/reports/link",
            "/reports/hard",
            "/reports/dir",
            "/reports/fifo",
            "/reports/up/passwd",
            "/reports/dangling",
            "/reports/../etc/passwd",
            "/proc/self/status",
            "/reports/fine"
        );

        Assert.DoesNotContain("/etc/passwd", string.Join(' ', result.Reports.Keys), StringComparison.Ordinal);
        Assert.Equal(["/reports/fine"], result.Reports.Keys.Where(key => key != "/proc/self/status"));
    }

    [Fact]
    public async Task A_report_over_its_limit_is_absent_and_flagged()
    {
        var run = Run(
            "head -c 1001 /dev/zero >/reports/r; head -c 1000 /dev/zero >/reports/s",
            "/reports/r",
            "/reports/s"
        );

        var result = await Sandbox.RunAsync(run with { Limits = Limits with { ReportBytesMax = 1000 } }, Ct);

        Assert.Equal(["/reports/s"], result.Reports.Keys);
        Assert.True(result.OutputTruncated);
    }

    [Fact]
    public async Task A_workspace_that_cannot_be_read_is_the_machines_fault()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(WorkspacePath("s")));

        await Assert.ThrowsAsync<InfrastructureException>(() => RunAsync("true"));
        await AssertNothingIsLeftAsync();
    }
}
