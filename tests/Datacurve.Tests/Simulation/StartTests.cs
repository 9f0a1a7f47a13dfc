using System.Net;
using System.Net.Sockets;
using Datacurve.Tests.Api;
using Microsoft.Data.Sqlite;

namespace Datacurve.Tests.Simulation;

/// <summary>A server that cannot start says why in a sentence, and ends with exit code 2.</summary>
public sealed class StartTests
{
    private static async Task AssertRefusedAsync(string says, params string[] arguments)
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("datacurve: ", errors, StringComparison.Ordinal);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_server_on_one_folder_is_refused_until_the_first_has_gone()
    {
        using var folder = new ScratchFolder();
        using (await ServerProcess.StartAsync(folder.Path))
            await AssertRefusedAsync("in use by another", "serve", "--port", "0", "--data", folder.Path);

        using var next = await ServerProcess.StartAsync(folder.Path);
        Assert.Equal(HttpStatusCode.OK, (await next.Client.GetAnswerAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var folder = new ScratchFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString();

        await AssertRefusedAsync(port, "serve", "--port", port, "--data", folder.Path);
        await AssertRefusedAsync("65536", "serve", "--port", "65536", "--data", folder.Path);
    }

    [Fact]
    public async Task A_role_that_there_is_not_is_named()
    {
        using var folder = new ScratchFolder();

        await AssertRefusedAsync(
            "--roles takes api, worker or api,worker, not 'scribe'",
            "serve",
            "--port",
            "0",
            "--data",
            folder.Path,
            "--roles",
            "scribe"
        );
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_left_alone()
    {
        using var folder = new ScratchFolder();
        var path = folder.Of("datacurve.db");
        var garbage = new byte[10_000];
        new Random(7).NextBytes(garbage);
        await File.WriteAllBytesAsync(path, garbage, TestContext.Current.CancellationToken);

        await AssertRefusedAsync(path, "serve", "--port", "0", "--data", folder.Path);

        Assert.Equal(garbage, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_one_is_refused()
    {
        using var folder = new ScratchFolder();
        var file = folder.Of("file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(file, "serve", "--port", "0", "--data", file);
        await AssertRefusedAsync("does not exist", "fsck", "--data", folder.Of("nothing"));
    }

    [Fact]
    public async Task A_blob_folder_that_cannot_be_written_to_is_named()
    {
        using var folder = new ScratchFolder();
        var blobs = folder.Of("blobs");
        await File.WriteAllTextAsync(blobs, "", TestContext.Current.CancellationToken);

        await AssertRefusedAsync(blobs, "serve", "--port", "0", "--data", folder.Path);
    }

    [Fact]
    public async Task What_a_web_server_reads_of_the_environment_opens_and_closes_nothing()
    {
        using var folder = new ScratchFolder();
        var ports = new[] { FreePort(), FreePort(), FreePort() };
        using var server = await ServerProcess.StartAsync(
            ["--data", folder.Path],
            [
                $"Kestrel__Endpoints__Wide__Url=http://0.0.0.0:{ports[0]}",
                $"ASPNETCORE_URLS=http://0.0.0.0:{ports[1]}",
                $"URLS=http://0.0.0.0:{ports[2]}",
                "AllowedHosts=elsewhere.example",
                "ASPNETCORE_ENVIRONMENT=Development",
            ]
        );

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAnswerAsync("/health")).Status);
        foreach (var port in ports)
        {
            using var other = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(() =>
                other.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken).AsTask()
            );
        }
    }

    private static int FreePort()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        return ((IPEndPoint)taken.LocalEndpoint).Port;
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_not_touched()
    {
        using var folder = new ScratchFolder();
        using (var server = await ServerProcess.StartAsync(folder.Path))
            await server.KillAsync();
        await using (
            var connection = new SqliteConnection($"Data Source={folder.Of("datacurve.db")};Pooling=False")
        )
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "insert into SchemaVersions (ScriptName, Applied) values ('9999_future.sql', '2100-01-01')";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await AssertRefusedAsync("9999_future.sql", "serve", "--port", "0", "--data", folder.Path);
        await AssertRefusedAsync("9999_future.sql", "fsck", "--data", folder.Path);
    }
}
