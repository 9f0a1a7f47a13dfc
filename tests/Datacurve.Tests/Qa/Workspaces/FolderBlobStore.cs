using Datacurve.Core;
using Datacurve.Server.Blobs;

namespace Datacurve.Tests.Qa.Workspaces;

/// <summary>Blobs as files of one folder: the port and nothing more.</summary>
internal sealed class FolderBlobStore(string folder) : IBlobStore
{
    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, ct);
        var blobId = BlobId.Of(bytes.ToArray());
        await File.WriteAllBytesAsync(PathOf(blobId), bytes.ToArray(), ct);
        return new StoredBlob(blobId, bytes.Length, new Uri(PathOf(blobId)));
    }

    public Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        Task.FromResult(
            File.Exists(PathOf(blobId))
                ? new StoredBlob(blobId, new FileInfo(PathOf(blobId)).Length, new Uri(PathOf(blobId)))
                : null
        );

    public Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        Task.FromResult<Stream?>(File.Exists(PathOf(blobId)) ? File.OpenRead(PathOf(blobId)) : null);

    private string PathOf(BlobId blobId) =>
        Path.Combine(Directory.CreateDirectory(folder).FullName, blobId.Hash);
}
