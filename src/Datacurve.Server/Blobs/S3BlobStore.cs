using System.Runtime.CompilerServices;
using Datacurve.Core;
using Datacurve.Server.Storage;

namespace Datacurve.Server.Blobs;

/// <summary>
/// Blobs as objects of an S3 bucket, <c>{prefix}sha256/{first two hex}/{hash}</c>, or the same and
/// <c>.zst</c>. An upload is spooled to a local file first: only its end says under which name it belongs,
/// and S3 shows an object when it is whole. Any number of processes may share the bucket.
/// </summary>
internal sealed class S3BlobStore(
    Database database,
    S3Options options,
    string temporary,
    long bytesMax,
    TimeProvider time
) : BlobStore(database, temporary, bytesMax, time), IDisposable
{
    /// <summary>
    /// An unfinished multipart upload is left over when it is older than this. Its parts are sent from a
    /// local file, so that a living one takes minutes.
    /// </summary>
    public static readonly TimeSpan UploadMax = TimeSpan.FromHours(24);

    // S3 copies at most this in one request.
    private const long CopyBytesMax = 5L << 30;

    // Up to here the object is in memory while it is read, beyond in a temporary file.
    private const int MemoryLengthMax = 1 << 20;

    private readonly S3Calls _s3 = new(options);
    private readonly string _blobs = options.Prefix + "sha256/";
    private readonly string _quarantine = options.Prefix + "quarantine/";

    public override Task CheckAsync(CancellationToken ct) => _s3.CheckAsync(_blobs, ct);

    public override async Task<int> SweepAsync(CancellationToken ct)
    {
        var swept = await base.SweepAsync(ct);
        await foreach (var upload in UnfinishedAsync(ct))
        {
            await _s3.AbortAsync(upload.Place, upload.UploadId, ct);
            swept++;
        }

        return swept;
    }

    public override async IAsyncEnumerable<string> LeftoversAsync(
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var leftover in base.LeftoversAsync(ct))
            yield return leftover;
        await foreach (var upload in UnfinishedAsync(ct))
            yield return $"{_s3.UriOf(upload.Place)} (upload {upload.UploadId})";
    }

    public override async IAsyncEnumerable<StoredObject> ListAsync(
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await foreach (var listed in _s3.ListAsync(_blobs, ct))
        {
            var named = Named(listed.Key[(listed.Key.LastIndexOf('/') + 1)..]);
            var inPlace = named is { } one && listed.Key == KeyOf(one.BlobId, one.Form);
            yield return new StoredObject(
                inPlace ? named!.Value.BlobId : null,
                named?.Form ?? BlobForm.Raw,
                _s3.UriOf(listed.Key).ToString(),
                listed.Size ?? 0,
                listed.LastModified ?? Time.GetUtcNow()
            );
        }
    }

    private IAsyncEnumerable<S3Upload> UnfinishedAsync(CancellationToken ct) =>
        _s3.ListUploadsAsync(_blobs, ct).Where(upload => Time.GetUtcNow() - upload.ChangedAt >= UploadMax);

    public void Dispose() => _s3.Dispose();

    protected override async Task PublishAsync(IncomingBlob incoming, CancellationToken ct)
    {
        var key = KeyOf(incoming.BlobId, incoming.Form);
        if (await _s3.LengthAsync(key, ct) == incoming.StoredLength)
            return;

        if (incoming.StoredLength <= options.PartBytes)
            await _s3.PutAsync(key, incoming.File, ct);
        else
            await _s3.PutInPartsAsync(key, incoming.File, ct);
    }

    protected override async Task<bool> StandsAsync(BlobId blobId, BlobForm form, CancellationToken ct) =>
        await _s3.LengthAsync(KeyOf(blobId, form), ct) is not null;

    protected override Task DeleteAsync(BlobId blobId, BlobForm form, CancellationToken ct) =>
        _s3.DeleteAsync(KeyOf(blobId, form), ct);

    protected override async Task<Stream?> OpenStoredAsync(BlobId blobId, BlobForm form, CancellationToken ct)
    {
        Stream? spooled = null;
        try
        {
            var found = await _s3.GetAsync(
                KeyOf(blobId, form),
                length =>
                    spooled =
                        length <= MemoryLengthMax
                            ? new MemoryStream((int)length)
                            : IncomingBlob.NewFile(Scratch, FileOptions.DeleteOnClose),
                ct
            );
            if (found)
            {
                spooled!.Position = 0;
                return spooled;
            }
        }
        catch
        {
            if (spooled is not null)
                await spooled.DisposeAsync();
            throw;
        }

        return null;
    }

    protected override async Task SetAsideAsync(BlobId blobId, BlobForm form, CancellationToken ct)
    {
        var key = KeyOf(blobId, form);
        if (await _s3.LengthAsync(key, ct) is not { } length)
            return;
        if (length <= CopyBytesMax)
            await _s3.CopyAsync(key, _quarantine + NameOf(blobId, form), ct);
        await _s3.DeleteAsync(key, ct);
    }

    protected override async Task<bool> IsSetAsideAsync(BlobId blobId, CancellationToken ct) =>
        await _s3.LengthAsync(_quarantine + NameOf(blobId, BlobForm.Raw), ct) is not null
        || await _s3.LengthAsync(_quarantine + NameOf(blobId, BlobForm.Zstandard), ct) is not null;

    public override async Task RemoveSetAsideAsync(BlobId blobId, CancellationToken ct)
    {
        foreach (var form in new[] { BlobForm.Raw, BlobForm.Zstandard })
            await _s3.DeleteAsync(_quarantine + NameOf(blobId, form), ct);
    }

    protected override Uri UriOf(BlobId blobId, BlobForm form) => _s3.UriOf(KeyOf(blobId, form));

    private string KeyOf(BlobId blobId, BlobForm form) =>
        $"{_blobs}{blobId.Hash[..2]}/{NameOf(blobId, form)}";
}
