using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>Two processes over a PostgreSQL of their own, which can be killed as well as they.</summary>
internal sealed class ClusterDeployment : Deployment
{
    private const string Database = "database";
    private readonly ScratchFolder _folder = new();
    private PostgresCluster? _cluster;
    private PostgresStore? _store;

    public override IReadOnlyList<string> Victims => ["server-1", "server-2", Database];

    protected override string[] Arguments => [];

    public override async Task StartAsync()
    {
        _cluster = await PostgresCluster.StartAsync();
        _store = await PostgresStore.CreateAsync(_cluster.Url);
        foreach (var server in Victims.Where(victim => victim != Database))
            await RestartAsync(server);
    }

    public override Task KillAsync(string victim) =>
        victim == Database ? _cluster!.KillAsync() : base.KillAsync(victim);

    public override Task RestartAsync(string victim) =>
        victim == Database ? _cluster!.RestartAsync() : base.RestartAsync(victim);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    protected override string[] Variables(string victim) =>
        [
            $"DATABASE_URL={_store!.Url}",
            $"BLOB_STORE_PATH={_folder.Of("blobs")}",
            // What a process works on is its own; the store alone is shared.
            $"WORK_PATH={_folder.Of($"work-{victim}")}",
        ];
}
