using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The blobs of one project: what it sent, or what QA made of its traces. Equal bytes are stored once for
/// all, so that to name another project's hash must not be enough to read it.
/// </summary>
internal sealed class ProjectBlobStore(IBlobStore all, Database database, CurrentProject current) : IBlobStore
{
    /// <summary>The name under which the store of all projects together is registered.</summary>
    public const string All = "all";

    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        // Claimed after the bytes have shown that the project has them.
        var stored = await all.PutAsync(content, expected, ct);
        if (!await HoldsAsync(stored.BlobId))
            await ClaimAsync(stored.BlobId, ct);
        return stored;
    }

    public async Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        await HoldsAsync(blobId) ? await all.FindAsync(blobId, ct) : null;

    public async Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        await HoldsAsync(blobId) ? await all.OpenAsync(blobId, ct) : null;

    private Task<int> ClaimAsync(BlobId blobId, CancellationToken ct) =>
        database.WriteAsync(
            connection =>
                connection.ExecuteAsync(
                    """
                    insert into project_blobs (project_id, hash) values (@project, @hash)
                    on conflict (project_id, hash) do nothing
                    """,
                    new { project = current.Id.Value.Stored(), hash = blobId.Stored() }
                ),
            ct
        );

    private Task<bool> HoldsAsync(BlobId blobId) =>
        database.ReadAsync(async connection =>
            await connection.QuerySingleAsync<long>(
                "select count(*) from project_blobs where project_id = @project and hash = @hash",
                new { project = current.Id.Value.Stored(), hash = blobId.Stored() }
            ) == 1
        );
}
