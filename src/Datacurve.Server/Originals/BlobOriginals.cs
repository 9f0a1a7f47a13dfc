using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Originals;

/// <summary>
/// The originals of blobs. Each lies in the blob store under the hash of its sealed bytes, which no project
/// reads by; a row says whose and of what it is. That is written before there are bytes, so that nothing lies
/// in the store of which it is not known.
/// </summary>
internal sealed class BlobOriginals(BlobStore store, Database database, RawKeys keys)
{
    /// <summary>Notes in a write what is about to be stored, or is.</summary>
    public static BlobNote Note(ProjectId project, BlobId sent, byte[] keyId, TimeProvider time) =>
        (connection, hash) =>
            connection.ExecuteAsync(
                """
                insert into blob_originals (project_id, hash, original_hash, key_id, noted_at_ms)
                values (@project, @sent, @hash, @keyId, @now)
                on conflict (project_id, hash, original_hash) do nothing
                """,
                new
                {
                    project = project.Value.Stored(),
                    sent = sent.Stored(),
                    hash,
                    keyId,
                    now = time.GetUtcNow().ToUnixTimeMilliseconds(),
                }
            );

    /// <summary>
    /// Whether a project's blob has an original that is held and can be opened; from then on it counts as
    /// sent now.
    /// </summary>
    public async Task<bool> AskAsync(ProjectId project, BlobId sent, CancellationToken ct)
    {
        foreach (var held in await HeldAsync(project, sent))
            if (
                keys.Find(held.KeyId) is not null
                && await store.AskAsync(BlobId.FromHash(held.OriginalHash), ct) is { IsUnused: false }
            )
                return true;
        return false;
    }

    /// <summary>What was sent, every byte of it verified; null where no original is held.</summary>
    /// <exception cref="OriginalKeyException">It was sealed with a key that is not here.</exception>
    /// <exception cref="OriginalDamagedException">It does not open.</exception>
    /// <exception cref="BlobCorruptException">Its stored bytes were damaged and are set aside.</exception>
    public async Task<Stream?> OpenAsync(ProjectId project, BlobId sent, CancellationToken ct)
    {
        Exception? unusable = null;
        foreach (var held in await HeldAsync(project, sent))
            try
            {
                if (await OpenAsync(project, sent, BlobId.FromHash(held.OriginalHash), ct) is { } original)
                    return original;
            }
            catch (Exception exception)
                when (exception is OriginalKeyException or OriginalDamagedException or BlobCorruptException)
            {
                // Another of the same may be whole.
                unusable ??= exception;
            }

        return unusable is null ? null : throw unusable;
    }

    private async Task<Stream?> OpenAsync(
        ProjectId project,
        BlobId sent,
        BlobId originalId,
        CancellationToken ct
    )
    {
        if (await store.OpenAsync(originalId, ct) is not { } stored)
            return null;
        var original = await OriginalStream.OpenAsync(stored, keys, OriginalFormat.OfBlob(project), ct);
        try
        {
            await original.VerifyAsync(sent, ct);
            return original;
        }
        catch
        {
            await original.DisposeAsync();
            throw;
        }
    }

    private Task<List<HeldOriginal>> HeldAsync(ProjectId project, BlobId sent) =>
        database.ReadAsync(async connection =>
            (
                await connection.QueryAsync<HeldOriginal>(
                    """
                    select o.original_hash as OriginalHash, o.key_id as KeyId
                    from blob_originals o join blobs b on b.hash = o.original_hash
                    where o.project_id = @project and o.hash = @sent and b.removing_at_ms is null
                    order by o.noted_at_ms desc
                    """,
                    new { project = project.Value.Stored(), sent = sent.Stored() }
                )
            ).AsList()
        );

    private sealed record HeldOriginal(byte[] OriginalHash, byte[] KeyId);
}
