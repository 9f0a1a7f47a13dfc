using Datacurve.Core;
using Datacurve.Server.Blobs;

namespace Datacurve.Tests.Api;

/// <summary>A store under a process that is killed around its put, or that mixes blobs up.</summary>
internal sealed class DyingBlobStore(IBlobStore store, bool afterPut) : IBlobStore
{
    public BlobId? Instead { get; init; }

    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        if (Instead is not null)
            return await store.PutAsync(content, expected, ct);
        if (afterPut)
            await store.PutAsync(content, expected, ct);
        throw new IOException("the process ends here");
    }

    public Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) => store.FindAsync(blobId, ct);

    public Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        store.OpenAsync(Instead ?? blobId, ct);
}
