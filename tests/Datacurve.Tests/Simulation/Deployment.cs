using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Datacurve.Tests.Simulation;

/// <summary>
/// The processes of one service over one store, any of which can be killed and started again. What they
/// share outlives them all.
/// </summary>
internal abstract class Deployment : IAsyncDisposable
{
    // A step that is cut off by a kill is a try as well; and nobody waits long for the next.
    private static readonly string[] Quick =
    [
        "QA_ATTEMPTS=100",
        "QA_BACKOFF_SECONDS=0",
        "QA_SWEEP_SECONDS=1",
        "QA_LEASE_SECONDS=3",
        "SANDBOX=local",
    ];

    private readonly ConcurrentDictionary<string, ServerProcess> _servers = new();
    private readonly ConcurrentQueue<string> _failures = new();

    /// <summary>What the servers that were killed had logged as failed.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>What can be killed.</summary>
    public abstract IReadOnlyList<string> Victims { get; }

    /// <summary>The servers that take requests at this moment, as far as is known.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [
            .. _servers
                .Where(server => TakesRequests(server.Key))
                .Select(server => server.Value.Client.BaseAddress!),
        ];

    public abstract Task StartAsync();

    /// <summary>SIGKILL; returns when it is dead.</summary>
    public virtual async Task KillAsync(string victim)
    {
        if (!_servers.TryRemove(victim, out var server))
            throw new InvalidOperationException($"{victim} does not run");
        await server.KillAsync();
        foreach (var failure in server.Failures)
            _failures.Enqueue($"{victim}: {failure}");
        server.Dispose();
    }

    public virtual async Task RestartAsync(string victim) =>
        _servers[victim] = await ServerProcess.StartAsync(Arguments, [.. Quick, .. Variables(victim)]);

    /// <summary>
    /// Walks the whole store. Nothing may be amiss but what uploads that broke off have left: a process that
    /// is killed leaves its temporary files, and bytes that have no row yet.
    /// </summary>
    /// <returns>How many such files there are.</returns>
    public async Task<int> AssertWholeAsync()
    {
        var (_, output, errors) = await ServerProcess.RunAsync(
            ["fsck", "--json", .. Arguments],
            Variables("fsck")
        );
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 0, errors);
        var findings = lines[..^1]
            .Select(line => JsonNode.Parse(line)!)
            .Where(finding => !finding["informative"]!.GetValue<bool>())
            .ToList();
        Assert.All(
            findings,
            finding =>
                Assert.True(
                    finding["kind"]!.GetValue<string>() is "leftover" or "bytes_without_row",
                    finding.ToJsonString()
                )
        );
        return findings.Count;
    }

    /// <summary>Kills every server.</summary>
    public async Task EndServersAsync()
    {
        foreach (var victim in _servers.Keys)
            await KillAsync(victim);
    }

    public virtual async ValueTask DisposeAsync() => await EndServersAsync();

    protected abstract bool TakesRequests(string victim);

    /// <summary>Of the server's command line: where its data is.</summary>
    protected abstract string[] Arguments { get; }

    /// <summary>NAME=value of one process.</summary>
    protected abstract string[] Variables(string victim);
}

/// <summary>One process that does everything, over SQLite and files.</summary>
internal sealed class EmbeddedDeployment : Deployment
{
    private const string Server = "server";
    private readonly ScratchFolder _folder = new();

    public override IReadOnlyList<string> Victims => [Server];

    protected override string[] Arguments => ["--data", _folder.Path];

    public override Task StartAsync() => RestartAsync(Server);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override string[] Variables(string victim) => [];

    protected override bool TakesRequests(string victim) => true;
}
