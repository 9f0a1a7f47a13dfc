using System.Diagnostics;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Sandboxes;
using Xunit;

namespace Datacurve.Tests.Conformance;

/// <summary>Commands that mean harm, or look as if they did.</summary>
public abstract partial class SandboxConformance
{
    [Theory]
    [InlineData("trap '' TERM INT HUP; sleep 300")]
    [InlineData("while :; do :; done")]
    [InlineData("setsid sh -c 'sleep 300' & sleep 300")]
    public async Task A_command_that_takes_too_long_is_killed_and_gone(string command)
    {
        var clock = Stopwatch.StartNew();
        var run = Run("echo before; " + command) with
        {
            Limits = Limits with { Timeout = TimeSpan.FromSeconds(1) },
        };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.True(result.TimedOut);
        Assert.Equal(137, result.ExitCode);
        Assert.Equal("before\n", Text(result.Stdout));
        // Not a measurement: only a sandbox that waits for the command itself takes this long.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_fork_bomb_meets_the_process_limit_and_the_host_goes_on()
    {
        const string bomb = """
            import os, time
            made = 0
            try:
                while made < 2000:
                    if os.fork() == 0:
                        time.sleep(60)
                    made += 1
            except OSError as e:
                print(e.errno)
            print('made', made)
            """;
        await File.WriteAllTextAsync(WorkspacePath("bomb.py"), bomb, Ct);

        var run = Run("python3 bomb.py") with { Limits = Limits with { PidsMax = 64 } };
        var result = await Sandbox.RunAsync(run, Ct);

        var lines = Text(result.Stdout).Trim().Split('\n');
        Assert.Equal("11", lines[0]); // EAGAIN
        Assert.InRange(int.Parse(lines[1].Split(' ')[1], null), 20, 64);
        await AssertNothingIsLeftAsync();
        Assert.Equal(0, (await RunAsync("true")).ExitCode);
    }

    [Fact]
    public async Task An_endless_fork_bomb_ends_with_the_clock()
    {
        var run = Run("b() { b | b & }; b; sleep 60") with
        {
            Limits = Limits with { PidsMax = 64, Timeout = TimeSpan.FromSeconds(2) },
        };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.NotEqual(0, result.ExitCode);
        await AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("python3 -c 'x = bytearray(1 << 30); print(len(x))'")]
    [InlineData(
        "python3 -c 'import os; x = [bytearray(os.urandom(1 << 20)) for _ in range(900)]' & wait $!; exit 9"
    )]
    public async Task A_command_that_eats_its_memory_is_stopped_and_reported(string command)
    {
        var run = Run(command) with { Limits = Limits with { MemoryBytes = 128 << 20 } };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.True(result.OutOfMemory, $"exit {result.ExitCode}: {Text(result.Stderr)}");
        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("1073741824", Text(result.Stdout), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_flood_of_output_is_cut_and_flagged_and_the_command_goes_on()
    {
        var run = Run(
            "head -c 50000000 /dev/zero | tr '\\0' x; head -c 20000 /dev/zero >&2; echo end >/reports/end",
            "/reports/end"
        ) with
        {
            Limits = Limits with { OutputBytesMax = 10_000 },
        };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.Equal(0, result.ExitCode);
        Assert.True(result.OutputTruncated);
        Assert.Equal(10_000, result.Stdout.Length);
        Assert.Equal(10_000, result.Stderr.Length);
        Assert.Equal("end\n", Text(result.Reports["/reports/end"]));
    }

    [Fact]
    public async Task Output_of_exactly_the_limit_is_whole()
    {
        var run = Run("head -c 10000 /dev/zero") with { Limits = Limits with { OutputBytesMax = 10_000 } };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.Equal(10_000, result.Stdout.Length);
        Assert.False(result.OutputTruncated);
    }

    [Theory]
    [InlineData(".")]
    [InlineData("/tmp")]
    [InlineData("/reports")]
    public async Task A_full_disk_is_full_inside_only(string folder)
    {
        var run = Run($"head -c 64000000 /dev/zero >{folder}/big || echo full $(stat -c %s {folder}/big)");
        run = run with { Limits = Limits with { DiskBytesMax = 16 << 20 } };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.StartsWith("full ", Text(result.Stdout), StringComparison.Ordinal);
        Assert.InRange(int.Parse(Text(result.Stdout).Split(' ')[1], null), 1 << 20, 16 << 20);
        Assert.Equal(0, (await RunAsync("echo x >fresh")).ExitCode);
    }

    [Fact]
    public async Task Inodes_run_out_inside_only()
    {
        var run = Run("i=0; while [ $i -lt 20000 ] && true >f$i; do i=$((i+1)); done; echo $i") with
        {
            Limits = Limits with { DiskBytesMax = 16 << 20 },
        };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.InRange(int.Parse(Text(result.Stdout), null), 100, 5000);
        Assert.Equal(0, (await RunAsync("echo x >fresh")).ExitCode);
    }

    [Fact]
    public async Task A_workspace_larger_than_the_disk_is_refused()
    {
        await File.WriteAllBytesAsync(WorkspacePath("big"), new byte[2 << 20], Ct);
        var run = Run("true") with { Limits = Limits with { DiskBytesMax = 1 << 20 } };

        await Assert.ThrowsAsync<NotReproducibleException>(() => Sandbox.RunAsync(run, Ct));
    }

    [Fact]
    public async Task The_workspace_itself_does_not_count_as_the_commands_memory()
    {
        await File.WriteAllBytesAsync(WorkspacePath("big"), new byte[200 << 20], Ct);
        var run = Run("python3 -c 'x = bytearray(60 << 20); print(len(x))'") with
        {
            Limits = Limits with { MemoryBytes = 128 << 20 },
        };

        var result = await Sandbox.RunAsync(run, Ct);

        Assert.Equal("62914560\n", Text(result.Stdout));
    }

    [Fact]
    public async Task No_network_not_even_the_hosts_own_is_reachable()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var script = $$"""
            import os, socket
            for address in [('127.0.0.1', {{port}}), ('169.254.169.254', 80), ('192.0.2.1', 53)]:
                s = socket.socket()
                s.settimeout(3)
                print('refused' if s.connect_ex(address) else 'connected')
            try:
                print(socket.getaddrinfo('example.com', 80))
            except socket.gaierror:
                print('refused')
            print(sorted(os.listdir('/sys/class/net')) if os.path.exists('/sys/class/net') else ['lo'])
            """;
        await File.WriteAllTextAsync(WorkspacePath("reach.py"), script, Ct);

        var result = await RunAsync("python3 reach.py; cat /proc/net/route | wc -l");

        Assert.Equal("refused\nrefused\nrefused\nrefused\n['lo']\n1\n", Text(result.Stdout));
    }

    [Fact]
    public async Task Nothing_of_the_host_can_be_seen()
    {
        var secret = WorkspacePath("../datacurve-secret-" + QaJobId);
        await File.WriteAllTextAsync(secret, "hunter2", Ct);
        try
        {
            var result = await RunAsync(
                $"ls {Path.GetFullPath(secret)} /root /home/* /var/run/docker.sock /run/docker.sock "
                    + $"/tmp/.[!.]* /proc/{Environment.ProcessId}/environ 2>/dev/null; "
                    + "find / -xdev -type s; ls /proc | grep -c '^[0-9]'; cat /proc/sys/kernel/hostname"
            );

            var lines = Text(result.Stdout).Trim().Split('\n');
            Assert.DoesNotContain("secret", Text(result.Stdout), StringComparison.Ordinal);
            Assert.DoesNotContain(".sock", Text(result.Stdout), StringComparison.Ordinal);
            Assert.Equal("sandbox", lines[^1]);
            Assert.InRange(int.Parse(lines[^2], null), 1, 6);
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task The_root_is_read_only()
    {
        var result = await RunAsync(
            "for d in / /etc /usr /usr/bin /var /opt; do touch $d/x && echo wrote $d; done"
        );

        Assert.Equal("", Text(result.Stdout));
    }

    [Fact]
    public async Task There_are_no_capabilities_and_no_new_privileges()
    {
        var status = Text((await RunAsync("cat /proc/self/status; mount -t tmpfs x /tmp; id -u")).Stdout);

        foreach (var set in new[] { "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb" })
            Assert.Contains($"{set}:\t0000000000000000", status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
        Assert.NotEqual("0", status.Trim().Split('\n')[^1]);
    }

    [Fact]
    public async Task A_command_cannot_end_the_sandbox_over_its_report()
    {
        var result = await RunAsync(
            "echo kept >/reports/r; kill -9 -1; kill -9 1; kill -9 $PPID; exit 4",
            "/reports/r"
        );

        Assert.Equal(4, result.ExitCode);
        Assert.Equal("kept\n", Text(result.Reports["/reports/r"]));
    }

    [Fact]
    public async Task A_cancelled_run_throws_and_leaves_nothing()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var running = Sandbox.RunAsync(Run("sleep 300"), cancel.Token);
        while (await CountLeftAsync(QaJobId) == 0)
            await Task.Delay(50, Ct);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Leftovers_of_a_job_are_removed_and_only_those()
    {
        var other = Guid.NewGuid();
        var left = Sandbox.RunAsync(Run("sleep 300"), Ct);
        var kept = Sandbox.RunAsync(Run("sleep 300") with { QaJobId = other }, Ct);
        while (await CountLeftAsync(QaJobId) == 0 || await CountLeftAsync(other) == 0)
            await Task.Delay(50, Ct);

        await Sandbox.RemoveLeftoversAsync(QaJobId, Ct);

        await AssertNothingIsLeftAsync();
        Assert.True(await CountLeftAsync(other) > 0);
        await Sandbox.RemoveLeftoversAsync(other, Ct);
        // Ended from outside is the machine's doing, and no result.
        await Assert.ThrowsAsync<InfrastructureException>(() => left);
        await Assert.ThrowsAsync<InfrastructureException>(() => kept);
    }
}
