using System.Globalization;
using Dapper;
using Datacurve.Server.Blobs;
using Datacurve.Server.Qa.Sandboxes;
using Datacurve.Server.Qa.Workspaces;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Erasing;

/// <summary>
/// Removes what this machine has of erased traces beside the store: cached repositories and mirrors, the
/// workspaces, containers and prepared images of their QA, and what killed processes left unfinished. Every
/// process does it for its own work path.
/// </summary>
/// <remarks>
/// A process that runs no QA, or is a command, has no sandboxes to look into. Of a cached repository it is
/// not known whose it was, and it can be made again: all that are older than the erasure go. One that
/// somebody works in goes when he has done.
/// </remarks>
internal sealed class MachineLeftovers(
    Options options,
    Database database,
    BlobStore blobs,
    SandboxChoice? sandboxes,
    TimeProvider time
)
{
    private static readonly string[] Caches = ["bases", "mirrors"];

    private long _newest;
    private HashSet<(string Root, string Key)>? _left;

    // A step whose trace was erased has ended by then: its claim is not renewed.
    private TimeSpan Settled => TimeSpan.FromSeconds(60 + (2 * options.Qa.LeaseSeconds));

    private string Marker => Path.Combine(options.WorkPath, "erased-through");

    /// <summary>Looks once. What is in use is left to a later look.</summary>
    /// <exception cref="Qa.InfrastructureException">The container engine failed.</exception>
    public async Task SweepAsync(CancellationToken ct)
    {
        var through = ReadMarker();
        if (!Directory.Exists(options.WorkPath) || await NewestAsync() is not { } newest || newest <= through)
            return;
        if (newest != _newest)
            (_newest, _left) = (newest, null);

        await RemoveJobsAsync(through, ct);
        RemoveUnsealed();
        await blobs.SweepAsync(ct);
        if (time.GetUtcNow().ToUnixTimeMilliseconds() < newest + (long)Settled.TotalMilliseconds)
        {
            // What a step makes that does not know yet is found by the look after this time.
            foreach (var (root, key) in Cached())
                CacheFolder.TryRemove(root, key);
            return;
        }

        _left ??= Cached();
        _left.RemoveWhere(entry => CacheFolder.TryRemove(entry.Root, entry.Key));
        if (_left.Count == 0)
            await File.WriteAllTextAsync(Marker, newest.ToString(CultureInfo.InvariantCulture), ct);
    }

    private long ReadMarker() =>
        File.Exists(Marker)
        && long.TryParse(File.ReadAllText(Marker), CultureInfo.InvariantCulture, out var through)
            ? through
            : 0;

    private Task<long?> NewestAsync() =>
        database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long?>("select max(erased_at_ms) from erasures")
        );

    private async Task RemoveJobsAsync(long through, CancellationToken ct)
    {
        var jobs = await database.ReadAsync(async connection => (
                await connection.QueryAsync<byte[]>(
                    """
                    select j.qa_job_id from erased_jobs j join erasures e on e.trace_id = j.trace_id
                    where e.erased_at_ms > @through
                    """,
                    new { through }
                )
            ).Select(Ids.ToGuid).ToList());
        foreach (var qaJobId in jobs)
            WorkspaceFolder.RemoveAll(options, qaJobId);
        if (jobs.Count == 0 || sandboxes is null || !options.Roles.Worker)
            return;
        var sandbox = await sandboxes.TakeAsync(ct);
        foreach (var qaJobId in jobs)
        {
            await sandbox.RemoveLeftoversAsync(qaJobId, ct);
            await sandbox.RemovePreparedAsync(qaJobId, ct);
        }
    }

    private HashSet<(string Root, string Key)> Cached() =>
        [
            .. Caches
                .Select(cache => Path.Combine(options.WorkPath, cache))
                .SelectMany(root => CacheFolder.Keys(root).Select(key => (root, key))),
        ];

    /// <summary>A sealer that was killed leaves the events that it was writing.</summary>
    private void RemoveUnsealed()
    {
        var folder = Path.Combine(options.WorkPath, "sealing");
        if (!Directory.Exists(folder))
            return;
        foreach (var path in Directory.GetFiles(folder))
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    File.Delete(path);
            }
            catch (IOException)
            {
                // A living sealer has it, and deletes it when it has done.
            }
    }
}
