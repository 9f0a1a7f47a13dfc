using Datacurve.Server;
using Datacurve.Tests.Storage;
using Npgsql;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// A PostgreSQL server whose disk is full under load, goes down over it when its log has no room either, and
/// has room again.
/// </summary>
public sealed class FullPostgresTests(ITestOutputHelper output)
{
    private const string Test =
        $"Datacurve.Tests.Simulation.{nameof(FullPostgresTests)}.{nameof(What_was_acknowledged_is_there_once)}";

    [Fact]
    public async Task What_was_acknowledged_is_there_once()
    {
        await using var deployment = new SmallPostgresDeployment();
        await deployment.StartAsync();
        try
        {
            await FillAndClearAsync(deployment);
        }
        catch
        {
            await deployment.EndServersAsync();
            output.WriteLine(string.Join('\n', deployment.Failures));
            throw;
        }
    }

    private async Task FillAndClearAsync(SmallPostgresDeployment deployment)
    {
        await using var run = FaultRun.Start(output, Test, 0, () => deployment.Addresses, mayBeFull: true);
        await run.ProgressAsync();
        // So that the log has room when the tables have none.
        await deployment.TellAsync("select pg_switch_wal()");
        await run.ProgressAsync();

        deployment.Disk.Fill();
        // It refuses what does not fit; and whoever connects anew, where a file of its own does not.
        while (run.Full.Zip(run.Away).Any(told => told.First + told.Second == 0))
            await run.WaitAsync(5, 10);
        await AssertToldAsync(deployment);

        await deployment.FillLogAsync();
        var away = run.Away;
        while (run.Away.Zip(away).Any(one => one.First == one.Second))
            await run.WaitAsync(5, 10);

        deployment.Disk.Clear();
        await deployment.RecoverAsync();
        await run.ProgressAsync();
        await run.AssertNothingLostAsync(deployment.Addresses[0]);
        Assert.Equal(0, run.Unanswered.Sum());
        output.WriteLine($"{await deployment.AssertWholeAsync()} files of refused uploads");
        Assert.Equal(0, (await deployment.MakeKeyAsync()).ExitCode);
    }

    private static async Task AssertToldAsync(SmallPostgresDeployment deployment)
    {
        var (exitCode, _, errors) = await deployment.MakeKeyAsync();
        Assert.True(exitCode == 2, errors);
        Assert.StartsWith("datacurve: The database ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}

/// <summary>One process that does everything, over PostgreSQL on a small disk and files on another.</summary>
internal sealed class SmallPostgresDeployment : Deployment
{
    private const string Server = "server";
    private const int DiskBytes = 192 << 20;
    private const int SegmentsMax = 100;

    private readonly ScratchFolder _folder = new();
    private SmallDisk? _disk;
    private PostgresCluster? _cluster;
    private PostgresStore? _store;

    // From before the disk was full: after it PostgreSQL may let nobody in.
    private NpgsqlConnection? _connection;

    public SmallDisk Disk => _disk!;

    public override IReadOnlyList<string> Victims => [Server];

    protected override string[] Arguments => [];

    public override async Task StartAsync()
    {
        _disk = await SmallDisk.MakeAsync(DiskBytes);
        _cluster = await PostgresCluster.StartAsync(_disk);
        _store = await PostgresStore.CreateAsync(_cluster.Url);
        _connection = await ConnectAsync(_store.Url);
        await RestartAsync(Server);
    }

    public async Task TellAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Fills the database's log until the server ends over it.</summary>
    public async Task FillLogAsync()
    {
        for (var segment = 0; _connection!.State == System.Data.ConnectionState.Open; segment++)
        {
            Assert.True(segment < SegmentsMax, "the log found room");
            try
            {
                await TellAsync("select pg_logical_emit_message(true, 'fill', 'x'); select pg_switch_wal()");
            }
            catch (NpgsqlException)
            {
                // It may be refused before the server ends.
            }
        }
    }

    /// <summary>Starts the database again where it ended.</summary>
    public async Task RecoverAsync()
    {
        await _cluster!.EndedOrBackAsync();
        await _cluster.RestartAsync();
    }

    public Task<(int ExitCode, string Output, string Errors)> MakeKeyAsync() =>
        ServerProcess.RunAsync(["keys", "create", $"{Guid.NewGuid()}"], Variables("keys"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _disk?.Dispose();
        _folder.Dispose();
    }

    protected override string[] Variables(string victim) =>
        [
            $"DATABASE_URL={_store!.Url}",
            $"BLOB_STORE_PATH={_folder.Of("blobs")}",
            $"WORK_PATH={_folder.Of("work")}",
        ];

    protected override bool TakesRequests(string victim) => true;

    private static async Task<NpgsqlConnection> ConnectAsync(string url)
    {
        Assert.True(PostgresUrl.TryParse(url, out var connection));
        var opened = new NpgsqlConnection($"{connection};Pooling=false");
        await opened.OpenAsync();
        return opened;
    }
}
