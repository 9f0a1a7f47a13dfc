using Dapper;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The blobs of one project: what it sent, or what QA made of its traces. Equal bytes are stored once for
/// all, so that to name another project's hash must not be enough to read it.
/// </summary>
internal sealed class ProjectBlobStore(BlobStore all, Database database, CurrentProject current) : IBlobStore
{
    public Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct) =>
        all.PutAsync(content, expected, current.Id, current.MadeOf, ct);

    public async Task<StoredBlob?> AskAsync(BlobId blobId, CancellationToken ct) =>
        await HoldsAsync(blobId) ? await all.AskAsync(blobId, ct) : null;

    public async Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        await HoldsAsync(blobId) ? await all.FindAsync(blobId, ct) : null;

    public async Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        await HoldsAsync(blobId) ? await all.OpenAsync(blobId, ct) : null;

    private Task<bool> HoldsAsync(BlobId blobId) =>
        database.ReadAsync(async connection =>
            await connection.QuerySingleAsync<long>(
                "select count(*) from project_blobs where project_id = @project and hash = @hash",
                new { project = current.Id.Value.Stored(), hash = blobId.Stored() }
            ) == 1
        );
}
