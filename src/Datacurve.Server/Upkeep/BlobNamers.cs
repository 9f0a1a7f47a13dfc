using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>Finds who names blobs, by one scan of all names.</summary>
internal sealed class BlobNamers(Database database, BlobReferences references)
{
    /// <summary>Which of the blobs are named, and by traces of which projects.</summary>
    /// <param name="wanted">Blobs by the hash that they are kept under.</param>
    /// <param name="ct">Ends the scan.</param>
    public async Task<Dictionary<BlobId, HashSet<ProjectId>>> FindAsync(
        HashSet<BlobId> wanted,
        CancellationToken ct
    )
    {
        var named = new Dictionary<BlobId, HashSet<ProjectId>>();
        var kept = await KeptAsync(wanted, ct);
        var names = wanted.Concat(kept.Keys.Select(key => key.Name)).ToHashSet();
        // What is named comes trace by trace.
        (TraceId TraceId, ProjectId Project)? last = null;
        await foreach (var reference in references.ReadAsync(ct))
        {
            var name = BlobId.FromHash(reference.Hash);
            if (!names.Contains(name))
                continue;
            if (last?.TraceId != reference.TraceId)
                last = (reference.TraceId, await ProjectOfAsync(reference.TraceId));
            if (last.Value.Project == ProjectId.Erased)
                continue;
            var blobId = kept.GetValueOrDefault((last.Value.Project, name), name);
            if (!wanted.Contains(blobId))
                continue;
            if (!named.TryGetValue(blobId, out var projects))
                named[blobId] = projects = [];
            projects.Add(last.Value.Project);
        }

        return named;
    }

    /// <summary>
    /// Under what hash a project keeps what it names by another, where either is one that is looked for.
    /// </summary>
    private async Task<Dictionary<(ProjectId Project, BlobId Name), BlobId>> KeptAsync(
        HashSet<BlobId> wanted,
        CancellationToken ct
    )
    {
        var kept = new Dictionary<(ProjectId, BlobId), BlobId>();
        await foreach (var renamed in references.RenamedAsync(ct))
        {
            var (name, stored) = (BlobId.FromHash(renamed.Hash), BlobId.FromHash(renamed.Stored));
            if (wanted.Contains(name) || wanted.Contains(stored))
                kept[(new ProjectId(Ids.ToGuid(renamed.Project)), name)] = stored;
        }

        return kept;
    }

    /// <summary>A trace that is gone by now names nothing, as one that is being erased.</summary>
    private Task<ProjectId> ProjectOfAsync(TraceId traceId) =>
        database.ReadAsync(async connection =>
            await connection.QuerySingleOrDefaultAsync<byte[]?>(
                "select project_id from traces where trace_id = @traceId",
                new { traceId = traceId.Stored() }
            )
                is { } project
                ? new ProjectId(Ids.ToGuid(project))
                : ProjectId.Erased
        );
}
