using System.Net;
using Datacurve.Core;
using Datacurve.Tests.Api;
using Microsoft.Data.Sqlite;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A command that a damaged store, a wrong folder or the machine stops says so in a sentence, with exit code
/// 2.
/// </summary>
public sealed class CommandFaultTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task AssertRefusedAsync(string says, params string[] arguments)
    {
        var (exitCode, _, errors) = await ServerProcess.RunAsync(arguments);

        Assert.True(exitCode == 2, $"{string.Join(' ', arguments)}: {exitCode} {errors}");
        Assert.Contains("datacurve: ", errors, StringComparison.Ordinal);
        Assert.Contains(says, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_pages_of_the_database_are_told()
    {
        using var folder = new ScratchFolder();
        string traceId;
        using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            traceId = await server.Client.OpenTraceAsync();
            await server.Client.AppendAsync(traceId, Wire.Batch(1, 5));
            await server.KillAsync();
        }

        await DamageAsync(folder.Of("datacurve.db"), "traces");

        await AssertRefusedAsync("damaged", "fsck", "--data", folder.Path);
        await AssertRefusedAsync("damaged", "gc", "--data", folder.Path);
        await AssertRefusedAsync("damaged", "erase", "trace", traceId, "--yes", "--data", folder.Path);
    }

    [Fact]
    public async Task A_damaged_sealed_trace_stops_garbage_collection_which_removes_nothing()
    {
        using var folder = new ScratchFolder();
        var unused = "nobody names this"u8.ToArray();
        using (
            var server = await ServerProcess.StartAsync(
                ["--data", folder.Path],
                ["SEAL_AFTER_SECONDS=0", "KEEPING_SWEEP_SECONDS=1"]
            )
        )
        {
            await server.Client.UploadAsync(unused);
            var traceId = await server.Client.OpenTraceAsync();
            await server.Client.AppendAsync(traceId, Wire.Batch(1, 50));
            await server.Client.FinalizeAsync(traceId);
            while (!await IsSealedAsync(folder.Of("datacurve.db")))
                await Task.Delay(100, Ct);
            await server.KillAsync();
        }

        foreach (
            var file in new DirectoryInfo(folder.Of("blobs/sha256")).EnumerateFiles(
                "*",
                SearchOption.AllDirectories
            )
        )
            if (file.Name != BlobId.Of(unused).Hash)
                await File.WriteAllTextAsync(file.FullName, "damage", Ct);

        await AssertRefusedAsync("damaged", "gc", "--data", folder.Path);
        Assert.Equal(1, (await ServerProcess.RunAsync("fsck", "--data", folder.Path)).ExitCode);
    }

    [Fact]
    public async Task A_folder_that_has_no_store_is_refused_and_none_is_made()
    {
        using var folder = new ScratchFolder();
        var file = folder.Of("file");
        await File.WriteAllTextAsync(file, "", Ct);

        foreach (var list in new[] { "keys", "projects" })
        {
            await AssertRefusedAsync("does not exist", list, "list", "--data", folder.Of("new"));
            await AssertRefusedAsync("does not exist", list, "list", "--data", file);
            await AssertRefusedAsync("does not exist", list, "list", "--data", "/proc/nope");
            await AssertRefusedAsync("", list, "create", "x", "--data", file);
            await AssertRefusedAsync("", list, "create", "x", "--data", "/proc/nope");
        }

        Assert.False(Directory.Exists(folder.Of("new")));
        var made = await ServerProcess.RunAsync("keys", "create", "x", "--data", folder.Of("new"));
        Assert.Equal(0, made.ExitCode);
    }

    [Fact]
    public async Task A_folder_without_a_name_is_not_the_one_that_one_stands_in()
    {
        await AssertRefusedAsync("--data takes a folder", "serve", "--port", "0", "--data", "");
        await AssertRefusedAsync("--data takes a folder", "keys", "create", "x", "--data", "");
    }

    /// <summary>Overwrites the first page of a table in the file.</summary>
    private static async Task DamageAsync(string path, string table)
    {
        var (page, size) = (0L, 0L);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync(Ct);
            await AskAsync(connection, "pragma wal_checkpoint(truncate)");
            page = await AskAsync(connection, $"select rootpage from sqlite_master where name = '{table}'");
            size = await AskAsync(connection, "pragma page_size");
        }

        await using var file = File.OpenWrite(path);
        file.Position = (page - 1) * size;
        await file.WriteAsync(Enumerable.Repeat((byte)0xA5, (int)size).ToArray(), Ct);
    }

    private static async Task<bool> IsSealedAsync(string path)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync(Ct);
        return await AskAsync(connection, "select count(*) from traces where sealed_hash is not null") > 0;
    }

    private static async Task<long> AskAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(
            await command.ExecuteScalarAsync(Ct),
            System.Globalization.CultureInfo.InvariantCulture
        );
    }
}
