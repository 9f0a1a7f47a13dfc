using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Conformance;

public sealed class S3BlobStoreTests : BlobStoreConformance
{
    private TestBucket? _bucket;

    private TestBucket Bucket => _bucket!;

    private protected override string SchemeOfUris => "s3";

    private protected override async Task<BlobStore> OpenAsync(Options options, Database database)
    {
        _bucket = await TestBucket.MakeAsync();
        var store = BlobStoreChoice.Of(options with { S3 = Bucket.Options }, database, TimeProvider.System);
        await store.CheckAsync(Ct);
        return store;
    }

    private protected override Task<byte[]?> StoredAsync(string name) => Bucket.BytesAsync(KeyOf(name));

    private protected override Task OverwriteAsync(string name, byte[] stored) =>
        Bucket.PutAsync(KeyOf(name), stored);

    private protected override Task<byte[]?> QuarantinedAsync(string name) =>
        Bucket.BytesAsync("quarantine/" + name);

    [Fact]
    public async Task Long_content_goes_in_parts()
    {
        var content = Content(23 << 20, compressible: false);

        var blobId = (await PutAsync(content)).BlobId;

        Assert.Equal(content, await ReadAsync(blobId));
        Assert.Equal(0, await Bucket.UnfinishedAsync());
    }

    [Fact]
    public async Task Unfinished_uploads_are_swept_when_no_living_process_can_still_work_on_them()
    {
        var key = Bucket.Options.Prefix + KeyOf(BlobId.Of("x"u8).Hash);
        await Bucket.Client.InitiateMultipartUploadAsync(Bucket.Options.Bucket, key, Ct);

        Assert.Equal(0, await Store.SweepAsync(Ct));
        Assert.Equal(1, await Bucket.UnfinishedAsync());
        var later = new FakeTimeProvider(
            TimeProvider.System.GetUtcNow() + S3BlobStore.UploadMax + TimeSpan.FromMinutes(1)
        );
        using var store = new S3BlobStore(
            Database,
            Bucket.Options,
            Path.Combine(Folder, "later"),
            BytesMax,
            later
        );

        Assert.Equal(1, await store.SweepAsync(Ct));
        Assert.Equal(0, await Bucket.UnfinishedAsync());
    }

    private static string KeyOf(string name) => $"sha256/{name[..2]}/{name}";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _bucket?.Dispose();
    }
}
