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
    public static readonly TimeSpan RemovalMax = TimeSpan.FromMinutes(15);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long RemovalsLapsed => Now - (long)RemovalMax.TotalMilliseconds;

    public Task<BlobRow?> FindAsync(BlobId blobId) =>
        database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<BlobRow?>(
                """
                select hash, byte_length as ByteLength, generation, touched_at_ms as TouchedAtMs,
                    marked_at_ms as MarkedAtMs, removing_at_ms as RemovingAtMs
                from blobs where hash = @hash
                """,
                new { hash = blobId.Stored() }
            )
        );

    /// <summary>
    /// Says that the blob is held, from now on and anew; called when its bytes are durable. Whoever wants to
    /// take them away and has looked at the row before will not.
    /// </summary>
    /// <param name="blobId">The blob.</param>
    /// <param name="byteLength">Its length.</param>
    /// <param name="owner">The project that may read it from then on; null adds none.</param>
    /// <returns>False where somebody is taking the bytes away at this moment; nothing changed then.</returns>
    public Task<bool> HoldAsync(BlobId blobId, long byteLength, ProjectId? owner, CancellationToken ct) =>
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
                if (held > 0 && owner is { } project)
                    await connection.ExecuteAsync(
                        """
                        insert into project_blobs (project_id, hash) values (@project, @hash)
                        on conflict (project_id, hash) do nothing
                        """,
                        new { project = project.Value.Stored(), hash = blobId.Stored() }
                    );
                return held > 0;
            },
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
                        and (removing_at_ms is null or removing_at_ms < @lapsed)
                    """,
                    new
                    {
                        hash = blobId.Stored(),
                        generation = seen.Generation,
                        now = Now,
                        lapsed = RemovalsLapsed,
                    }
                ),
            ct
        ) > 0;

    /// <summary>
    /// The damaged bytes are aside: the row stays, so that it is known what is missed.
    /// </summary>
    public Task EndQuarantineAsync(BlobId blobId, BlobRow seen, CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    update blobs set removing_at_ms = null
                    where hash = @hash and generation = @generation
                    """,
                    new { hash = blobId.Stored(), generation = seen.Generation }
                ),
            ct
        );
}

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
