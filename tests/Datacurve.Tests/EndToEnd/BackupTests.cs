using System.Diagnostics;
using System.Text.Json;
using Datacurve.Cli.Demo;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Qa.Pipeline;
using Datacurve.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace Datacurve.Tests.EndToEnd;

/// <summary>
/// Backups as docs/operations.md tells to take them, of a service that runs meanwhile, restored into an empty
/// place: rows first, then blobs.
/// </summary>
public sealed class BackupTests : IDisposable
{
    private const SearchOption Everywhere = SearchOption.AllDirectories;

    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_of_SQLite_restores_whole()
    {
        var (data, restored) = (Folder("data"), Folder("restored"));
        var backup = Path.Combine(_folder.Path, "backup.db");
        await using var live = await ServerProcess.StartAsync(data, "SANDBOX=local");
        var trace = await live.Client.ProveAsync(Recording.OfWrongSum());

        await using (var connection = new SqliteConnection($"Data Source={data}/datacurve.db;Pooling=False"))
        {
            await connection.OpenAsync(Ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "vacuum into $backup";
            command.Parameters.AddWithValue("$backup", backup);
            await command.ExecuteNonQueryAsync(Ct);
        }
        await RunAsync("cp", ["--archive", $"{data}/blobs", restored]);
        await live.Client.RecordAsync(Recording.OfWrongSum());
        File.Move(backup, Path.Combine(restored, "datacurve.db"));

        AssertHolds(await FsckAsync(["--data", restored], []));
        await using var service = await ServerProcess.StartAsync(restored, "SANDBOX=local");
        await AssertHoldsAsync(trace, service);
    }

    [Fact]
    public async Task A_backup_of_PostgreSQL_restores_whole()
    {
        await using var store = await PostgresStore.CreateAsync();
        await using var empty = await PostgresStore.CreateAsync();
        var (blobs, restored) = (Folder("blobs"), Folder("restored"));
        var dump = Path.Combine(_folder.Path, "backup.dump");
        await using var live = await ServerProcess.JoinAsync(Over(store, blobs));
        var trace = await live.Client.ProveAsync(Recording.OfWrongSum());

        string[] leaveOut = ["--exclude-schema=hangfire"];
        await RunAsync(
            "pg_dump",
            ["--format=custom", .. leaveOut, $"--file={dump}", $"--dbname={store.Url}"]
        );
        // What comes between rows and blobs is in the blobs alone: more than is needed, never less.
        var late = await live.Client.UploadAsync("came late");
        await RunAsync("cp", ["--archive", $"{blobs}/.", restored]);
        await live.Client.RecordAsync(Recording.OfWrongSum());
        await RunAsync("pg_restore", ["--exit-on-error", "--no-owner", $"--dbname={empty.Url}", dump]);

        // Bytes without a row are told when no upload can be bringing the row any more.
        var stranded = Directory
            .EnumerateFiles(restored, late["sha256:".Length..] + "*", Everywhere)
            .Single();
        File.SetLastWriteTimeUtc(stranded, DateTime.UnixEpoch);
        var found = await FsckAsync([], Over(empty, restored), exitCode: 1);
        Assert.Contains($"{late} has bytes and no row\n", found, StringComparison.Ordinal);
        Assert.Contains("\n1 finding in 1 trace and ", found, StringComparison.Ordinal);
        await using var service = await ServerProcess.JoinAsync(Over(empty, restored));
        await AssertHoldsAsync(trace, service);
        // The same content again gives the file its row.
        await service.Client.UploadAsync("came late");
        AssertHolds(await FsckAsync([], Over(empty, restored)));
    }

    private static void AssertHolds(string found) =>
        Assert.StartsWith("The store holds: ", found.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);

    private string Folder(string name) =>
        Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;

    private string[] Over(PostgresStore store, string blobs) =>
        [
            "SANDBOX=local",
            $"DATABASE_URL={store.Url}",
            $"BLOB_STORE_PATH={blobs}",
            $"WORK_PATH={Path.Combine(_folder.Path, "work")}",
        ];

    /// <summary>
    /// The restored service has this trace and no later one, runs QA on it, and takes more.
    /// </summary>
    private static async Task AssertHoldsAsync(JsonElement trace, ServerProcess service)
    {
        var traceId = trace.GetProperty("trace_id").GetString()!;
        Assert.Equal(trace.ToString(), (await service.Client.TraceAsync(traceId)).ToString());
        Assert.Equal(1, (await service.Client.GetAsync("/traces")).GetProperty("traces").GetArrayLength());
        await service.Client.RerunAsync(traceId);
        await service.Client.EndAsync(traceId);
        var runs = await service.Client.RunsAsync(traceId);
        Assert.Equal(["done", "done"], runs.Select(run => run.GetProperty("state").GetString()));
        await service.Client.ProveAsync(Recording.OfWrongSum());
    }

    private static async Task<string> FsckAsync(string[] arguments, string[] variables, int exitCode = 0)
    {
        var start = new ProcessStartInfo("dotnet", [DatacurveTool.Server, "fsck", .. arguments]);
        foreach (var name in new[] { "DATABASE_URL", "BLOB_STORE_PATH", "REDIS_URL" })
            start.Environment.Remove(name);
        foreach (var variable in variables)
            start.Environment[variable.Split('=', 2)[0]] = variable.Split('=', 2)[1];
        var result = await ChildProcess.RunAsync(start, Ct);
        Assert.True(result.ExitCode == exitCode, result.StdoutText + result.StderrText);
        return result.StdoutText;
    }

    private static async Task RunAsync(string file, string[] arguments)
    {
        var result = await ChildProcess.RunAsync(new ProcessStartInfo(file, arguments), Ct);
        Assert.True(result.ExitCode == 0, $"{file}: {result.StderrText}");
    }
}
