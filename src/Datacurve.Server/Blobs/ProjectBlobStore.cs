using Dapper;
using Datacurve.Core;
using Datacurve.Server.Blobs.Intake;
using Datacurve.Server.Originals;
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
    ProjectModes modes,
    BlobOriginals originals,
    Options options
) : IBlobStore
{
    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        using var original = await BeginOriginalAsync();
        await using var cleansed = new CleansedBlob(
            original?.Tap(content) ?? content,
            expected,
            await cleansers.OfAsync(current.Id, ct),
            all.Scratch,
            options.Limits.BlobBytesMax
        );
        return await all.PutAsync(cleansed, current.Id, current.MadeOf, original, ct);
    }

    // Who is told that it need not send a blob must not be the reason that its original is not kept.
    public async Task<StoredBlob?> AskAsync(BlobId blobId, CancellationToken ct) =>
        await FindAsync(blobId, all.AskAsync, ct) is { } stored
        && (
            !stored.IsRedacted
            || await modes.KeyOfAsync(current.Id) is null
            || await originals.AskAsync(current.Id, blobId, ct)
        )
            ? stored
            : null;

    public Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        FindAsync(blobId, all.FindAsync, ct);

    public async Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        await NamedAsync(blobId) is { } named
            ? await all.OpenAsync(BlobId.FromHash(named.StoredHash), ct)
            : null;

    public Task<bool> IsWithheldAsync(BlobId blobId) =>
        database.ReadAsync(connection => WithheldNames.IsNamedAsync(connection, blobId, current.Id));

    public Task<bool> IsRefusedAsync(BlobId blobId) =>
        database.ReadAsync(connection => WithheldNames.IsRefusedAsync(connection, blobId, current.Id));

    // What QA makes of a trace was sent by nobody.
    private async Task<OriginalCopy?> BeginOriginalAsync() =>
        current.MadeOf is null && await modes.KeyOfAsync(current.Id) is { } key
            ? new OriginalCopy(key, current.Id, originals, all.Scratch)
            : null;

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
