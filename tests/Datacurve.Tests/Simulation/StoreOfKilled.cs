using Amazon.S3.Model;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Erasing;
using Datacurve.Tests.Storage;

namespace Datacurve.Tests.Simulation;

/// <summary>A store on an engine and a medium, for servers that are killed one after the other.</summary>
internal sealed class StoreOfKilled : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly PostgresStore? _postgres;
    private readonly TestBucket? _bucket;

    private StoreOfKilled(PostgresStore? postgres, TestBucket? bucket) =>
        (_postgres, _bucket) = (postgres, bucket);

    /// <summary>What a server is told of it, as NAME=value.</summary>
    public string[] Variables =>
        [
            "DATABASE_URL=" + (_postgres?.Url ?? "sqlite:" + _folder.Of("datacurve.db")),
            "WORK_PATH=" + _folder.Of("work"),
            .. _bucket is null
                ? ["BLOB_STORE_PATH=" + _folder.Of("blobs")]
                : _bucket.Variables(_bucket.Options.Endpoint!).Select(set => $"{set.Name}={set.Value}"),
        ];

    public WholeStore Whole => new(_folder.Path, _postgres?.Connection, _bucket);

    /// <param name="engine"><c>sqlite</c> or <c>postgresql</c>.</param>
    /// <param name="medium"><c>files</c> or <c>s3</c>.</param>
    public static async Task<StoreOfKilled> MakeAsync(string engine, string medium) =>
        new(
            engine == "sqlite" ? null : await PostgresStore.CreateAsync(),
            medium == "files" ? null : await TestBucket.MakeAsync()
        );

    /// <summary>Every file or object that blobs lie in.</summary>
    public async Task<IReadOnlyList<string>> StoredAsync()
    {
        if (_bucket is null)
            return Directory.GetFiles(_folder.Of("blobs"), "*", SearchOption.AllDirectories);
        var listing = _bucket.Client.Paginators.ListObjectsV2(
            new ListObjectsV2Request { BucketName = _bucket.Options.Bucket }
        );
        return await listing.S3Objects.Select(listed => listed.Key).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _bucket?.Dispose();
        _folder.Dispose();
    }
}
