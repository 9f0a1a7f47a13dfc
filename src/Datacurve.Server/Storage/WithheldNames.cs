using System.Data.Common;
using Dapper;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// The blobs that traces name and that their developers do not let be stored. They are noted in the
/// transaction that stores the name, and are known until the trace goes: such a name keeps no blob.
/// </summary>
internal static class WithheldNames
{
    /// <summary>Notes what a part of a trace names, inside the write that stores the part.</summary>
    public static Task NoteAsync(DbConnection connection, TraceId traceId, IEnumerable<BlobId> blobs) =>
        connection.ExecuteAsync(
            """
            insert into withheld_blobs (trace_id, hash) values (@traceId, @hash)
            on conflict (trace_id, hash) do nothing
            """,
            blobs.Distinct().Select(blob => new { traceId = traceId.Stored(), hash = blob.Stored() })
        );

    /// <summary>The hashes that a trace names in vain.</summary>
    public static async Task<HashSet<BlobId>> OfAsync(DbConnection connection, TraceId traceId) =>
        [
            .. (
                await connection.QueryAsync<byte[]>(
                    "select hash from withheld_blobs where trace_id = @traceId",
                    new { traceId = traceId.Stored() }
                )
            ).Select(hash => BlobId.FromHash(hash)),
        ];

    /// <summary>
    /// How many blobs a trace names in vain of which something is known, and what: their bytes together, and
    /// the lines that diffs among them add and remove.
    /// </summary>
    public static Task<WithheldTotals> TotalsAsync(DbConnection connection, TraceId traceId) =>
        connection.QuerySingleAsync<WithheldTotals>(
            """
            select count(*) as Blobs, cast(coalesce(sum(bytes), 0) as bigint) as Bytes,
                cast(coalesce(sum(lines_added), 0) as bigint) as LinesAdded,
                cast(coalesce(sum(lines_removed), 0) as bigint) as LinesRemoved
            from (
                select coalesce(w.byte_length, b.byte_length) as bytes, w.lines_added, w.lines_removed
                from withheld_blobs w
                join traces t on t.trace_id = w.trace_id
                left join project_blobs p on p.project_id = t.project_id and p.hash = w.hash
                left join blobs b on b.hash = p.stored_hash
                where w.trace_id = @traceId) one
            where bytes is not null
            """,
            new { traceId = traceId.Stored() }
        );

    /// <summary>Whether a trace of a project names the blob in vain.</summary>
    public static async Task<bool> IsNamedAsync(DbConnection connection, BlobId blobId, ProjectId project) =>
        await connection.ExecuteScalarAsync<long>(
            """
            select count(*) from withheld_blobs w join traces t on t.trace_id = w.trace_id
            where w.hash = @hash and t.project_id = @project
            """,
            new { hash = blobId.Stored(), project = project.Value.Stored() }
        ) > 0;

    /// <summary>
    /// Whether a trace of a project names the blob in vain, or did until it was erased, and nobody else was
    /// promised it: it was sent once, nobody was told of it since, and it is not known that somebody else
    /// names it.
    /// </summary>
    public static async Task<bool> IsRefusedAsync(
        DbConnection connection,
        BlobId blobId,
        ProjectId project
    ) =>
        await connection.ExecuteScalarAsync<long>(
            """
            select count(*) from project_blobs p join blobs b on b.hash = p.stored_hash
            where p.project_id = @project and p.hash = @hash and b.generation = 0 and (
                exists (
                    select 1 from withheld_blobs w join traces t on t.trace_id = w.trace_id
                    left join erasures e on e.trace_id = w.trace_id
                    where w.hash = p.hash and w.kept_generation is null
                        and coalesce(e.project_id, t.project_id) = p.project_id)
                or exists (
                    select 1 from erasures e join erased_blobs x on x.trace_id = e.trace_id
                    where e.state <> 'done' and e.project_id = p.project_id
                        and x.hash = p.stored_hash and x.at_once > 0))
            """,
            new { hash = blobId.Stored(), project = project.Value.Stored() }
        ) > 0;
}

/// <summary>What may be known of the blobs that a trace does without.</summary>
internal sealed record WithheldTotals
{
    public long Blobs { get; init; }
    public long Bytes { get; init; }
    public long LinesAdded { get; init; }
    public long LinesRemoved { get; init; }
}
