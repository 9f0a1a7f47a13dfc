using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Upkeep;

/// <summary>
/// Finds who names blobs, by one scan of all names. A name counts where its project was given the blob under
/// it, or the blob was made of the trace itself: what a project cannot read by a hash it does not keep by it.
/// The hash of a file before or after an edit is no name.
/// </summary>
internal sealed class BlobNamers(Database database, BlobReferences references)
{
    private const int LookupLength = 500;

    /// <summary>Which of the blobs are named, and by traces of which projects.</summary>
    /// <param name="wanted">Blobs by the hash that they are kept under.</param>
    /// <param name="ct">Ends the scan.</param>
    public async Task<Dictionary<BlobId, HashSet<ProjectId>>> FindAsync(
        HashSet<BlobId> wanted,
        CancellationToken ct
    )
    {
        var named = new Dictionary<BlobId, HashSet<ProjectId>>();
        var held = await HeldAsync(wanted);
        var names = wanted.Concat(held.Keys.Select(one => one.Name)).ToHashSet();
        // What is named comes trace by trace.
        (TraceId TraceId, ProjectId Project)? last = null;
        await foreach (var reference in references.ReadAsync(ct))
        {
            var name = BlobId.FromHash(reference.Hash);
            if (!names.Contains(name) || BlobMentions.AreOfFile(reference.Event.Span, reference.Hash))
                continue;
            if (last?.TraceId != reference.TraceId)
                last = (reference.TraceId, await ProjectOfAsync(reference.TraceId));
            var project = last.Value.Project;
            if (project == ProjectId.Erased)
                continue;
            foreach (var blobId in held.GetValueOrDefault((project, name), []))
                Add(blobId, project);
            if (wanted.Contains(name) && await IsMadeOfAsync(reference))
                Add(name, project);
        }

        return named;

        void Add(BlobId blobId, ProjectId project)
        {
            if (!named.TryGetValue(blobId, out var projects))
                named[blobId] = projects = [];
            projects.Add(project);
        }
    }

    /// <summary>What of the wanted a project keeps for what it names by a hash, originals too.</summary>
    private async Task<Dictionary<(ProjectId Project, BlobId Name), List<BlobId>>> HeldAsync(
        HashSet<BlobId> wanted
    )
    {
        var held = new Dictionary<(ProjectId, BlobId), List<BlobId>>();
        foreach (var chunk in wanted.Chunk(LookupLength))
        foreach (var pair in await references.HeldAsync(chunk.Select(blobId => blobId.Stored())))
        {
            var key = (new ProjectId(Ids.ToGuid(pair.Project)), BlobId.FromHash(pair.Hash));
            if (!held.TryGetValue(key, out var kept))
                held[key] = kept = [];
            kept.Add(BlobId.FromHash(pair.Stored));
        }

        return held;
    }

    /// <summary>Whether the service made the blob of the trace that names it.</summary>
    private Task<bool> IsMadeOfAsync(BlobReference reference) =>
        database.ReadAsync(async connection =>
            await connection.ExecuteScalarAsync<long>(
                """
                select (select count(*) from traces where trace_id = @traceId and sealed_hash = @Hash)
                    + (select count(*) from made_blobs where trace_id = @traceId and hash = @Hash)
                """,
                new { traceId = reference.TraceId.Stored(), reference.Hash }
            ) > 0
        );

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
