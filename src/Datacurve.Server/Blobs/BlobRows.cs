using System.Data.Common;
using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The rows that say which blobs are held. Whoever takes bytes away announces it in the row first, and
/// whoever brings bytes looks at the row afterwards: that is what keeps them apart, in one process or many.
/// </summary>
internal sealed class BlobRows(Database database, TimeProvider time)
{
    /// <summary>
    /// A removal takes less than a second. One that has not ended after this has lost its process, and an
    /// upload goes over it.
    /// </summary>
    public static readonly TimeSpan RemovalMax = TimeSpan.FromMinutes(2);

    /// <summary>A blob that is asked for again and again is noted once in this time.</summary>
    public static readonly TimeSpan AskedAgainAfter = TimeSpan.FromHours(1);

    private const string Columns = """
        select hash, byte_length as ByteLength, generation, touched_at_ms as TouchedAtMs,
            marked_at_ms as MarkedAtMs, removing_at_ms as RemovingAtMs
        from blobs
        """;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long RemovalsLapsed => Now - (long)RemovalMax.TotalMilliseconds;

    public Task<BlobRow?> FindAsync(BlobId blobId) =>
        database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<BlobRow?>(
                Columns + " where hash = @hash",
                new { hash = blobId.Stored() }
            )
        );

    /// <summary>
    /// Says that the blob is held, from now on and anew; called when its bytes are durable. Whoever wants to
    /// take them away and has looked at the row before will not.
    /// </summary>
    /// <param name="blobId">The blob.</param>
    /// <param name="byteLength">Its length.</param>
    /// <param name="name">By what a project may read it from then on; null adds none.</param>
    /// <param name="note">Notes whose it is, in the same transaction; null where a client sent it.</param>
    /// <returns>False where somebody is taking the bytes away at this moment; nothing changed then.</returns>
    public Task<bool> HoldAsync(
        BlobId blobId,
        long byteLength,
        BlobName? name,
        BlobNote? note,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async connection =>
            {
                var held = await connection.ExecuteAsync(
                    """
                    insert into blobs (hash, byte_length, created_at_ms, touched_at_ms)
                    values (@hash, @byteLength, @now, @now)
                    on conflict (hash) do update
                    set touched_at_ms = @now, generation = blobs.generation + 1,
                        marked_at_ms = null, removing_at_ms = null
                    where blobs.removing_at_ms is null or blobs.removing_at_ms < @lapsed
                    """,
                    new
                    {
                        hash = blobId.Stored(),
                        byteLength,
                        now = Now,
                        lapsed = RemovalsLapsed,
                    }
                );
                if (held > 0 && name is not null)
                    await connection.ExecuteAsync(
                        """
                        insert into project_blobs (project_id, hash, stored_hash, redaction)
                        values (@project, @hash, @stored, @Redaction)
                        on conflict (project_id, hash) do update
                        set stored_hash = @stored, redaction = @Redaction
                        """,
                        new
                        {
                            project = name.Project.Value.Stored(),
                            hash = name.Sent.Stored(),
                            stored = blobId.Stored(),
                            name.Redaction,
                        }
                    );
                if (held > 0 && note is not null)
                    await note(connection, blobId.Stored());
                return held > 0;
            },
            ct
        );

    /// <summary>
    /// Notes whose a blob is that is about to be stored, so that an erasure takes it however far it came.
    /// </summary>
    public Task NoteAsync(BlobId blobId, BlobNote note, CancellationToken ct) =>
        database.WriteAsync(connection => note(connection, blobId.Stored()), ct);

    /// <summary>
    /// Whether the blob is held and somebody may name it; from then on it counts as sent now.
    /// </summary>
    public async Task<bool> TouchAsync(BlobId blobId, CancellationToken ct)
    {
        if (await FindAsync(blobId) is not { MarkedAtMs: null, IsBeingRemoved: false } row)
            return false;
        // The first who is told is always noted: until then the blob is promised to its sender alone.
        if (row.Generation > 0 && row.TouchedAtMs > Now - (long)AskedAgainAfter.TotalMilliseconds)
            return true;
        return await ChangeAsync(
            """
            update blobs set touched_at_ms = @Now, generation = generation + 1
            where hash = @Hash and generation = @Generation
                and marked_at_ms is null and removing_at_ms is null
            """,
            row,
            ct
        );
    }

    /// <summary>
    /// Takes from a project the right to read a blob, unless somebody has sent it since it was looked at.
    /// </summary>
    public Task WithdrawAsync(byte[] hash, long generation, byte[] project, CancellationToken ct) =>
        database.WriteAsync(
            async connection =>
                await connection.ExecuteAsync(
                    "update blobs set marked_at_ms = marked_at_ms where hash = @hash and generation = @generation",
                    new { hash, generation }
                ) == 1
                && await connection.ExecuteAsync(
                    "delete from project_blobs where project_id = @project and stored_hash = @hash",
                    new { hash, project }
                ) > 0,
            ct
        );

    /// <summary>
    /// Announces that the blob's bytes go, where the row is still the one that was looked at: no upload has
    /// come in the meantime, and nobody else takes them away.
    /// </summary>
    public async Task<bool> BeginRemovalAsync(BlobId blobId, BlobRow seen, CancellationToken ct) =>
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update blobs set removing_at_ms = @now
                    where hash = @hash and generation = @generation
                        and marked_at_ms is not distinct from @marked
                        and (removing_at_ms is null or removing_at_ms < @lapsed)
                    """,
                    new
                    {
                        hash = blobId.Stored(),
                        generation = seen.Generation,
                        marked = seen.MarkedAtMs,
                        now = Now,
                        lapsed = RemovalsLapsed,
                    }
                ),
            ct
        ) > 0;

    /// <summary>
    /// The bytes are gone, and the row goes with the right to read them: unless an upload has come over the
    /// removal.
    /// </summary>
    public Task EndRemovalAsync(BlobRow seen, CancellationToken ct) =>
        database.WriteAsync(
            async connection =>
            {
                var ended = await connection.ExecuteAsync(
                    """
                    delete from blobs
                    where hash = @Hash and generation = @Generation and removing_at_ms is not null
                    """,
                    new { seen.Hash, seen.Generation }
                );
                if (ended > 0)
                    await connection.ExecuteAsync(
                        """
                        delete from project_blobs where stored_hash = @Hash;
                        delete from blob_originals where original_hash = @Hash;
                        """,
                        new { seen.Hash }
                    );
                return ended;
            },
            ct
        );

    /// <summary>
    /// Announces that bytes go which have no row. False where they have one now: it is an upload's.
    /// </summary>
    public async Task<bool> ClaimOrphanAsync(BlobId blobId, CancellationToken ct) =>
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    insert into blobs
                        (hash, byte_length, created_at_ms, touched_at_ms, marked_at_ms, removing_at_ms)
                    values (@hash, 0, @now, @now, @now, @now) on conflict (hash) do nothing
                    """,
                    new { hash = blobId.Stored(), now = Now }
                ),
            ct
        ) > 0;

    /// <summary>Notes that nothing names the blob. False where an upload has come since.</summary>
    public Task<bool> MarkAsync(BlobRow seen, CancellationToken ct) =>
        ChangeAsync(
            """
            update blobs set marked_at_ms = @Now
            where hash = @Hash and generation = @Generation
                and marked_at_ms is null and removing_at_ms is null
            """,
            seen,
            ct
        );

    /// <summary>Notes that something names the blob after all.</summary>
    public Task<bool> UnmarkAsync(BlobRow seen, CancellationToken ct) =>
        ChangeAsync(
            """
            update blobs set marked_at_ms = null
            where hash = @Hash and generation = @Generation and removing_at_ms is null
            """,
            seen,
            ct
        );

    /// <summary>Rows in the order of their hashes.</summary>
    public Task<IReadOnlyList<BlobRow>> PageAsync(byte[] after, int length) =>
        database.ReadAsync<IReadOnlyList<BlobRow>>(async connection =>
            [
                .. await connection.QueryAsync<BlobRow>(
                    Columns + " where hash > @after order by hash limit @length",
                    new { after, length }
                ),
            ]
        );

    /// <summary>Whether a removal announced then has lost its process.</summary>
    public bool IsLapsed(long removingAtMs) => removingAtMs < RemovalsLapsed;

    /// <summary>
    /// The damaged bytes are aside: the row stays, so that it is known what is missed.
    /// </summary>
    public Task EndQuarantineAsync(BlobRow seen, CancellationToken ct) =>
        ChangeAsync(
            "update blobs set removing_at_ms = null where hash = @Hash and generation = @Generation",
            seen,
            ct
        );

    private async Task<bool> ChangeAsync(string sql, BlobRow seen, CancellationToken ct) =>
        await database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    sql,
                    new
                    {
                        seen.Hash,
                        seen.Generation,
                        Now,
                    }
                ),
            ct
        ) > 0;
}

/// <summary>
/// By what a project names a blob: the hash of what it sent. <see cref="Redaction"/> says what was replaced
/// in it; null where nobody looked.
/// </summary>
internal sealed record BlobName(ProjectId Project, BlobId Sent, byte[]? Redaction);

/// <summary>Notes in a write whose the blob of the hash is; may be done twice.</summary>
internal delegate Task<int> BlobNote(DbConnection connection, byte[] hash);

/// <summary>What a row of <c>blobs</c> says; the generation rises with every upload of the bytes.</summary>
internal sealed record BlobRow
{
    public required byte[] Hash { get; init; }
    public required long ByteLength { get; init; }
    public required long Generation { get; init; }
    public required long TouchedAtMs { get; init; }
    public long? MarkedAtMs { get; init; }
    public long? RemovingAtMs { get; init; }

    public bool IsBeingRemoved => RemovingAtMs is not null;
}
