using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;

namespace Datacurve.Tests.Conformance;

public sealed class FileBlobStoreTests : BlobStoreConformance
{
    private string Root => Path.Combine(Folder, "blobs");

    private protected override string SchemeOfUris => "file";

    private protected override Task<BlobStore> OpenAsync(Options options, Database database) =>
        Task.FromResult(BlobStoreChoice.Of(options, database, TimeProvider.System));

    private protected override async Task<byte[]?> StoredAsync(string name) => await BytesAsync(PathOf(name));

    private protected override async Task OverwriteAsync(string name, byte[] stored)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        await File.WriteAllBytesAsync(PathOf(name), stored, Ct);
    }

    private protected override async Task<byte[]?> QuarantinedAsync(string name) =>
        await BytesAsync(Path.Combine(Root, "quarantine", name));

    private string PathOf(string name) => Path.Combine(Root, "sha256", name[..2], name);

    private static async Task<byte[]?> BytesAsync(string path) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, Ct) : null;
}
