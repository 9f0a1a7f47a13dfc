using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs.Intake;
using Datacurve.Server.Privacy;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The blobs of one project: what it sent, or what QA made of its traces, without the secrets. Equal bytes
/// are stored once for all, so that to name another project's hash must not be enough to read it.
/// </summary>
internal sealed class ProjectBlobStore(
    BlobStore all,
    Database database,
    CurrentProject current,
    Cleansers cleansers,
    Options options
) : IBlobStore
{
    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        await using var cleansed = new CleansedBlob(
            content,
            expected,
            await cleansers.OfAsync(current.Id, ct),
            all.Scratch,
            options.Limits.BlobBytesMax
        );
        return await all.PutAsync(cleansed, current.Id, current.MadeOf, ct);
    }

    public Task<StoredBlob?> AskAsync(BlobId blobId, CancellationToken ct) =>
        FindAsync(blobId, all.AskAsync, ct);

    public Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        FindAsync(blobId, all.FindAsync, ct);

    public async Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        await NamedAsync(blobId) is { } named
            ? await all.OpenAsync(BlobId.FromHash(named.StoredHash), ct)
            : null;

    public Task<bool> IsWithheldAsync(BlobId blobId) =>
        database.ReadAsync(connection => WithheldNames.IsNamedAsync(connection, blobId, current.Id));

    private async Task<StoredBlob?> FindAsync(
        BlobId blobId,
        Func<BlobId, CancellationToken, Task<StoredBlob?>> find,
        CancellationToken ct
    ) =>
        await NamedAsync(blobId) is { } named
        && await find(BlobId.FromHash(named.StoredHash), ct) is { } stored
            ? stored with
            {
                Name = blobId,
                Redaction = AppliedRedaction.Read(named.Redaction),
            }
            : null;

    private Task<NamedBlob?> NamedAsync(BlobId blobId) =>
        database.ReadAsync(connection =>
            connection.QuerySingleOrDefaultAsync<NamedBlob?>(
                """
                select stored_hash as StoredHash, redaction from project_blobs
                where project_id = @project and hash = @hash
                """,
                new { project = current.Id.Value.Stored(), hash = blobId.Stored() }
            )
        );

    private sealed record NamedBlob
    {
        public required byte[] StoredHash { get; init; }
        public byte[]? Redaction { get; init; }
    }
}
