using Datacurve.Core;
using Datacurve.Server.Blobs;
using Xunit;

namespace Datacurve.Tests.Qa.Judges;

/// <summary>Blobs as files of a temporary folder, which goes with it.</summary>
internal sealed class FolderBlobs : IBlobStore, IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("datacurve-judge-");

    public IEnumerable<string> Texts =>
        folder.EnumerateFiles().Select(file => File.ReadAllText(file.FullName));

    public async Task<StoredBlob> PutAsync(Stream content, BlobId? expected, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await content.CopyToAsync(buffer, ct);
        var bytes = buffer.ToArray();
        var blobId = BlobId.Of(bytes);
        await File.WriteAllBytesAsync(PathOf(blobId), bytes, ct);
        return new StoredBlob(blobId, bytes.Length, new Uri(PathOf(blobId)));
    }

    public Task<StoredBlob?> FindAsync(BlobId blobId, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<Stream?> OpenAsync(BlobId blobId, CancellationToken ct) =>
        Task.FromResult<Stream?>(File.Exists(PathOf(blobId)) ? File.OpenRead(PathOf(blobId)) : null);

    public async Task<string> TextAsync(BlobId blobId) => await File.ReadAllTextAsync(PathOf(blobId));

    public void Dispose() => folder.Delete(recursive: true);

    private string PathOf(BlobId blobId) => Path.Combine(folder.FullName, blobId.Hash);
}
