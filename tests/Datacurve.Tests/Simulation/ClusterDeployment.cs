using Datacurve.Tests.Conformance;
using Datacurve.Tests.Qa.Queues;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// Two apis and two workers as processes of their own, over PostgreSQL, Redis and S3. The database and the
/// broker are the deployment's own and are killed as well; Redis loses everything each time.
/// </summary>
internal sealed class ClusterDeployment : Deployment
{
    private const string Database = "database";
    private const string Broker = "broker";

    private readonly ScratchFolder _folder = new();
    private PostgresCluster? _cluster;
    private PostgresStore? _store;
    private RedisServer? _redis;
    private TestBucket? _bucket;

    public override IReadOnlyList<string> Victims =>
        ["api-1", "api-2", "worker-1", "worker-2", Database, Broker];

    protected override string[] Arguments => [];

    public override async Task StartAsync()
    {
        _cluster = await PostgresCluster.StartAsync();
        _store = await PostgresStore.CreateAsync(_cluster.Url);
        _redis = await RedisServer.StartAsync();
        _bucket = await TestBucket.MakeAsync();
        foreach (var server in Victims.Where(victim => victim is not (Database or Broker)))
            await RestartAsync(server);
    }

    public override Task KillAsync(string victim) =>
        victim switch
        {
            Database => _cluster!.KillAsync(),
            Broker => _redis!.KillAsync(),
            _ => base.KillAsync(victim),
        };

    public override Task RestartAsync(string victim) =>
        victim switch
        {
            Database => _cluster!.RestartAsync(),
            Broker => _redis!.StartAgainAsync(),
            _ => base.RestartAsync(victim),
        };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _bucket?.Dispose();
        _folder.Dispose();
    }

    protected override string[] Variables(string victim) =>
        [
            $"ROLES={(TakesRequests(victim) ? "api" : "worker")}",
            $"DATABASE_URL={_store!.Url}",
            $"REDIS_URL={_redis!.Url}",
            .. _bucket!.Variables(_bucket.Options.Endpoint!).Select(set => $"{set.Name}={set.Value}"),
            // What a process works on is its own; the stores alone are shared.
            $"WORK_PATH={_folder.Of($"work-{victim}")}",
        ];

    protected override bool TakesRequests(string victim) =>
        victim.StartsWith("api", StringComparison.Ordinal);
}
