using System.Diagnostics;
using System.Text;
using Datacurve.Server;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Workspaces;
using Xunit;

namespace Datacurve.Tests.Qa.Workspaces;

public sealed class GitCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("datacurve-git-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Git_sees_neither_the_servers_environment_nor_any_settings()
    {
        const string secret = "DATACURVE_TEST_SECRET";
        Environment.SetEnvironmentVariable(secret, "hunter2");
        var environment = await ReadAsync("-c", "alias.environment=!env", "environment");
        Assert.DoesNotContain(secret, environment, StringComparison.Ordinal);
        Assert.Contains("GIT_TERMINAL_PROMPT=0\n", environment, StringComparison.Ordinal);
        Assert.Contains("GIT_ALLOW_PROTOCOL=\n", environment, StringComparison.Ordinal);
        var settings = await ReadAsync("config", "--list", "--show-scope");
        Assert.All(
            settings.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("command\t", line, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_git_that_hangs_is_ended_as_a_fault_of_the_machine()
    {
        var options = new Options { Tests = new TestOptions { GitTimeoutSeconds = 1 } };
        var call = new GitCall
        {
            Directory = _folder,
            Arguments = ["hash-object", "--stdin"],
            Input = (_, ct) => Task.Delay(Timeout.Infinite, ct),
        };
        await Assert.ThrowsAsync<InfrastructureException>(() =>
            new GitCommand(options, TimeProvider.System).RunAsync(call, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Output_over_its_limit_is_refused()
    {
        var call = new GitCall { Directory = _folder, Arguments = ["help", "--all"] };
        await Assert.ThrowsAsync<NotReproducibleException>(() =>
            new GitCommand(new Options(), TimeProvider.System).ReadAsync(
                call,
                bytesMax: 100,
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task A_lock_holds_against_another_process_and_ends_with_it()
    {
        var path = Path.Combine(_folder, "x.lock");
        var start = new ProcessStartInfo("flock", ["--exclusive", path, "cat"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var other = Process.Start(start)!;
        await other.StandardInput.WriteLineAsync("held");
        await other.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await other.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Null(FileLock.TryAcquire(path, exclusive: true));
        Assert.Null(FileLock.TryAcquire(path, exclusive: false));

        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var patient = await FileLock.AcquireAsync(
            path,
            exclusive: true,
            TimeSpan.FromSeconds(20),
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
    }

    [Fact]
    public void Users_share_a_lock_and_keep_out_who_would_change_it()
    {
        var path = Path.Combine(_folder, "x.lock");
        using (FileLock.TryAcquire(path, exclusive: false))
        using (var second = FileLock.TryAcquire(path, exclusive: false))
        {
            Assert.NotNull(second);
            Assert.Null(FileLock.TryAcquire(path, exclusive: true));
        }
        using var alone = FileLock.TryAcquire(path, exclusive: true);
        Assert.NotNull(alone);
        Assert.Null(FileLock.TryAcquire(path, exclusive: false));
    }

    private async Task<string> ReadAsync(params string[] arguments)
    {
        var call = new GitCall { Directory = _folder, Arguments = arguments };
        var (exit, output) = await new GitCommand(new Options(), TimeProvider.System).ReadAsync(
            call,
            bytesMax: 1 << 20,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(0, exit.Code);
        return Encoding.UTF8.GetString(output);
    }
}
