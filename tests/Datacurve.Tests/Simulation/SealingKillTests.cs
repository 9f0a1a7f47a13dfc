using System.Data.Common;
using System.Net;
using Dapper;
using Datacurve.Tests.Api;
using Datacurve.Tests.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A server that seals what it can at once is killed at random moments: every finished trace ends sealed,
/// with every event, and the whole store holds.
/// </summary>
public sealed class SealingKillTests(ITestOutputHelper output)
{
    private const int KillsDefault = 5;

    private static readonly string[] Eager =
    [
        "SEAL_AFTER_SECONDS=0",
        "KEEPING_SWEEP_SECONDS=1",
        "QA_SWEEP_SECONDS=1",
        "QA_LEASE_SECONDS=1",
    ];

    private readonly Dictionary<string, string> _documents = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_sqlite_no_kill_loses_an_event_of_a_trace_that_is_being_sealed()
    {
        using var folder = new ScratchFolder();
        await RunAsync(
            () => ServerProcess.StartAsync(["--data", folder.Path], Eager),
            () => new SqliteConnection($"Data Source={folder.Of("datacurve.db")};Pooling=False")
        );

        var fsck = await ServerProcess.RunAsync("fsck", "--data", folder.Path);
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
    }

    [Fact]
    public async Task On_postgresql_no_kill_loses_an_event_of_a_trace_that_is_being_sealed()
    {
        using var folder = new ScratchFolder();
        await using var store = await PostgresStore.CreateAsync();
        string[] variables =
        [
            "DATABASE_URL=" + store.Url,
            "BLOB_STORE_PATH=" + folder.Of("blobs"),
            "WORK_PATH=" + folder.Of("work"),
        ];
        await RunAsync(
            () => ServerProcess.StartAsync([], [.. variables, .. Eager]),
            () => new NpgsqlConnection(store.Connection)
        );

        var fsck = await ServerProcess.RunAsync(["fsck"], variables);
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
    }

    private async Task RunAsync(Func<Task<ServerProcess>> start, Func<DbConnection> connect)
    {
        var seed = RunSettings.Seed;
        var kills = RunSettings.Kills(KillsDefault);
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await start();
            for (var i = random.Next(3, 8); i > 0; i--)
                await FinishAsync(server.Client, random.Next(1, 4));
            // The sealer looks once a second, so that a kill falls before, in and after its work.
            await Task.Delay(random.Next(200, 2_000), Ct);
            await server.KillAsync();
        }

        using var last = await start();
        foreach (var (traceId, events) in _documents)
        {
            await last.Client.WaitForQaAsync(traceId);
            Assert.Equal(events, await EventsAsync(last.Client, traceId));
        }

        await AllSealedAsync(connect);
        Assert.Empty(last.Failures);
        foreach (var (traceId, events) in _documents)
            Assert.Equal(events, await EventsAsync(last.Client, traceId));
        output.WriteLine($"{_documents.Count} traces sealed");
    }

    /// <summary>Waits until no finished trace has its events in rows.</summary>
    private static async Task AllSealedAsync(Func<DbConnection> connect)
    {
        await using var connection = connect();
        while (
            await connection.ExecuteScalarAsync<long>(
                "select (select count(*) from events) + (select count(*) from traces where sealed_hash is null)"
            ) > 0
        )
            await Task.Delay(100, Ct);
    }

    private async Task FinishAsync(HttpClient client, int batches)
    {
        var traceId = await client.OpenTraceAsync();
        for (var i = 0; i < batches; i++)
        {
            var answer = await client.AppendAsync(traceId, Wire.Batch((i * 100) + 1, 100));
            Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        }

        _documents[traceId] = await EventsAsync(client, traceId);
        Assert.Equal(HttpStatusCode.OK, (await client.FinalizeAsync(traceId)).Status);
    }

    private static async Task<string> EventsAsync(HttpClient client, string traceId)
    {
        var trace = await client.GetTraceAsync(traceId);
        return trace["events"]!.ToJsonString();
    }
}
