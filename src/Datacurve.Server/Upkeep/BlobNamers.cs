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
        var kept = await KeptAsync(references.RenamedAsync(ct), wanted);
        var originals = await KeptAsync(references.OriginalsAsync(ct), wanted);
        var names = wanted.Concat(kept.Concat(originals).Select(one => one.Key.Name)).ToHashSet();
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
            var key = (last.Value.Project, name);
            List<BlobId> meant =
            [
                .. kept.GetValueOrDefault(key, [name]),
                .. originals.GetValueOrDefault(key, []),
            ];
            foreach (var blobId in meant.Where(wanted.Contains))
            {
                if (!named.TryGetValue(blobId, out var projects))
                    named[blobId] = projects = [];
                projects.Add(last.Value.Project);
            }
        }

        return named;
    }

    /// <summary>
    /// What a project keeps for what it names by another hash, where either is one that is looked for.
    /// </summary>
    private static async Task<Dictionary<(ProjectId Project, BlobId Name), List<BlobId>>> KeptAsync(
        IAsyncEnumerable<RenamedBlob> pairs,
        HashSet<BlobId> wanted
    )
    {
        var kept = new Dictionary<(ProjectId, BlobId), List<BlobId>>();
        await foreach (var pair in pairs)
        {
            var (name, stored) = (BlobId.FromHash(pair.Hash), BlobId.FromHash(pair.Stored));
            if (!wanted.Contains(name) && !wanted.Contains(stored))
                continue;
            var key = (new ProjectId(Ids.ToGuid(pair.Project)), name);
            if (!kept.TryGetValue(key, out var held))
                kept[key] = held = [];
            held.Add(stored);
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
