using System.Data.Common;
using Dapper;
using Datacurve.Core;

namespace Datacurve.Server.Storage;

/// <summary>
/// Everything that the tables hold of a trace, so that whoever removes one forgets nothing. Each runs in the
/// transaction of the caller; who deletes has locked the trace's row.
/// </summary>
internal static class TracePieces
{
    /// <summary>Deletes a trace's rows of every table, and those of the trace itself last.</summary>
    public static Task DeleteAsync(DbConnection connection, byte[] storedId) =>
        connection.ExecuteAsync(
            """
            delete from events where trace_id = @storedId;
            delete from event_originals where trace_id = @storedId;
            delete from document_originals where trace_id = @storedId;
            delete from trace_labels where trace_id = @storedId;
            delete from qa_runs where trace_id = @storedId;
            delete from idempotency_keys where trace_id = @storedId;
            delete from made_blobs where trace_id = @storedId;
            delete from withheld_blobs where trace_id = @storedId;
            delete from traces where trace_id = @storedId;
            """,
            new { storedId }
        );

    /// <summary>
    /// Ends every QA of an erased trace, under way or not: its row goes, so that no fence holds any more. The
    /// blobs that its results name are noted first, and so is its id, for what its worker left.
    /// </summary>
    public static async Task StopQaAsync(DbConnection connection, byte[] storedId)
    {
        var results = await connection.QueryAsync<byte[]>(
            "select result from qa_runs where trace_id = @storedId",
            new { storedId }
        );
        foreach (var result in results.AsList())
            await NoteAsync(connection, storedId, BlobMentions.In(result));
        await connection.ExecuteAsync(
            """
            insert into erased_jobs (qa_job_id, trace_id)
            select qa_job_id, trace_id from qa_runs where trace_id = @storedId
            on conflict (qa_job_id) do nothing;
            delete from qa_runs where trace_id = @storedId;
            """,
            new { storedId }
        );
    }

    /// <summary>
    /// Notes blobs that an erased trace named, by the hash that its project's are kept under, and their
    /// originals; what is noted already stays as it is.
    /// </summary>
    public static Task NoteAsync(DbConnection connection, byte[] storedId, IEnumerable<byte[]> hashes) =>
        connection.ExecuteAsync(
            """
            insert into erased_blobs (trace_id, hash, at_once)
            select e.trace_id, coalesce(p.stored_hash, @hash), e.at_once
            from erasures e left join project_blobs p on p.project_id = e.project_id and p.hash = @hash
            where e.trace_id = @storedId
            on conflict (trace_id, hash) do nothing;
            insert into erased_blobs (trace_id, hash, at_once)
            select e.trace_id, o.original_hash, e.at_once
            from erasures e join blob_originals o on o.project_id = e.project_id and o.hash = @hash
            where e.trace_id = @storedId
            on conflict (trace_id, hash) do nothing;
            """,
            hashes.Select(hash => new { storedId, hash })
        );

    /// <summary>
    /// Notes that a blob was made of a trace. Where the trace was erased meanwhile, its erasure is open
    /// again, and takes the blob with the rest.
    /// </summary>
    public static async Task<int> NoteMadeAsync(DbConnection connection, TraceId traceId, byte[] hash)
    {
        var parameters = new { traceId = traceId.Stored(), hash };
        // Its row is locked first: an erasure comes before this and is seen, or after it and sees the note.
        var stands = await connection.ExecuteAsync(
            "update traces set status = status where trace_id = @traceId",
            parameters
        );
        return await connection.ExecuteAsync(
            stands == 1
                ? """
                insert into made_blobs (trace_id, hash) values (@traceId, @hash)
                on conflict (trace_id, hash) do nothing
                """
                : """
                insert into erased_blobs (trace_id, hash, at_once)
                select trace_id, @hash, at_once from erasures where trace_id = @traceId
                on conflict (trace_id, hash) do nothing;
                update erasures set state = 'purged' where trace_id = @traceId and state = 'done';
                """,
            parameters
        );
    }
}
