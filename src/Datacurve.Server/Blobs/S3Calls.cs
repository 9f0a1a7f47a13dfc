using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Datacurve.Server.Blobs;

/// <summary>
/// The calls to one bucket. Each is tried a few times and then told in two ways only: the store is away, or
/// it has no room.
/// </summary>
internal sealed class S3Calls(S3Options options) : IDisposable
{
    // S3 takes at most 10,000 parts.
    private const int PartsMax = 9_000;

    private const int BufferLength = 128 * 1024;

    private readonly AmazonS3Client _client = S3Connection.Open(options);

    public Uri UriOf(string key) => new($"s3://{options.Bucket}/{key}");

    /// <exception cref="StartException">The bucket does not exist, or cannot be listed with these
    /// keys.</exception>
    public async Task CheckAsync(string prefix, CancellationToken ct)
    {
        try
        {
            var request = new ListObjectsV2Request
            {
                BucketName = options.Bucket,
                Prefix = prefix,
                MaxKeys = 1,
            };
            await _client.ListObjectsV2Async(request, ct);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            throw new StartException(
                $"BLOB_STORE_PATH names the bucket {options.Bucket}, which does not exist. Create it, or name another."
            );
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw new StartException(
                $"The bucket {options.Bucket} of BLOB_STORE_PATH cannot be used: {exception.Message} See that S3_ENDPOINT, "
                    + "S3_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are those of its server."
            );
        }
    }

    /// <summary>The object's length in the store; null where there is none.</summary>
    public async Task<long?> LengthAsync(string key, CancellationToken ct)
    {
        try
        {
            return (await _client.GetObjectMetadataAsync(options.Bucket, key, ct)).ContentLength;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (S3Connection.IsTheStores(exception, ct))
        {
            throw S3Connection.Told(exception);
        }
    }

    public Task PutAsync(string key, Stream content, CancellationToken ct) =>
        S3Connection.CallAsync(
            () =>
            {
                content.Position = 0;
                var request = new PutObjectRequest
                {
                    BucketName = options.Bucket,
                    Key = key,
                    InputStream = content,
                    AutoCloseStream = false,
                    // Not every server knows the framing; a whole signature covers the bytes as well.
                    UseChunkEncoding = false,
                };
                return _client.PutObjectAsync(request, ct);
            },
            ct
        );

    /// <summary>
    /// Sends parts one after the other. What is broken off is aborted, so that no part stays.
    /// </summary>
    public async Task PutInPartsAsync(string key, Stream content, CancellationToken ct)
    {
        var started = await S3Connection.CallAsync(
            () => _client.InitiateMultipartUploadAsync(options.Bucket, key, ct),
            ct
        );
        try
        {
            var parts = await SendPartsAsync(key, started.UploadId, content, ct);
            var request = new CompleteMultipartUploadRequest
            {
                BucketName = options.Bucket,
                Key = key,
                UploadId = started.UploadId,
                PartETags = parts,
            };
            await S3Connection.CallAsync(() => _client.CompleteMultipartUploadAsync(request, ct), ct);
        }
        catch
        {
            await TryAbortAsync(key, started.UploadId);
            throw;
        }
    }

    /// <summary>
    /// Copies the object into the stream that is made for its length; false where there is none.
    /// </summary>
    public async Task<bool> GetAsync(string key, Func<long, Stream> spool, CancellationToken ct)
    {
        Stream? spooled = null;
        for (var retry = 0; ; retry++)
        {
            try
            {
                using var response = await _client.GetObjectAsync(options.Bucket, key, ct);
                spooled ??= spool(response.ContentLength);
                spooled.SetLength(0);
                await CopyAsync(response.ResponseStream, spooled, ct);
                return true;
            }
            catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }
            catch (BrokenOffException exception)
            {
                // The client library tries calls again, not the bodies of their answers.
                if (retry >= options.Retries)
                    throw new BlobStoreAwayException(exception.Message, exception);
            }
            catch (Exception exception) when (S3Connection.IsTheStores(exception, ct))
            {
                throw S3Connection.Told(exception);
            }
        }
    }

    public Task CopyAsync(string key, string copy, CancellationToken ct) =>
        S3Connection.CallAsync(
            () => _client.CopyObjectAsync(options.Bucket, key, options.Bucket, copy, ct),
            ct
        );

    public Task DeleteAsync(string key, CancellationToken ct) =>
        S3Connection.CallAsync(() => _client.DeleteObjectAsync(options.Bucket, key, ct), ct);

    public Task AbortAsync(string key, string uploadId, CancellationToken ct) =>
        S3Connection.CallAsync(
            () => _client.AbortMultipartUploadAsync(options.Bucket, key, uploadId, ct),
            ct
        );

    public async IAsyncEnumerable<S3Object> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix };
        do
        {
            var page = await S3Connection.CallAsync(() => _client.ListObjectsV2Async(request, ct), ct);
            foreach (var listed in page.S3Objects ?? [])
                yield return listed;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        } while (request.ContinuationToken is not null);
    }

    public async IAsyncEnumerable<S3Upload> ListUploadsAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var request = new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = prefix };
        bool more;
        do
        {
            var page = await S3Connection.CallAsync(() => _client.ListMultipartUploadsAsync(request, ct), ct);
            foreach (var listed in page.MultipartUploads ?? [])
                yield return new S3Upload(
                    listed.Key,
                    listed.UploadId,
                    listed.Initiated?.ToUniversalTime() ?? DateTimeOffset.MaxValue
                );
            more = page.IsTruncated == true;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        } while (more);
    }

    public void Dispose() => _client.Dispose();

    private async Task<List<PartETag>> SendPartsAsync(
        string key,
        string uploadId,
        Stream content,
        CancellationToken ct
    )
    {
        var length = Math.Max(options.PartBytes, content.Length / PartsMax);
        var parts = new List<PartETag>();
        for (long sent = 0; sent < content.Length; sent += length)
        {
            var from = sent;
            var number = parts.Count + 1;
            var part = await S3Connection.CallAsync(
                () =>
                {
                    content.Position = from;
                    var request = new UploadPartRequest
                    {
                        BucketName = options.Bucket,
                        Key = key,
                        UploadId = uploadId,
                        PartNumber = number,
                        PartSize = Math.Min(length, content.Length - from),
                        InputStream = content,
                        UseChunkEncoding = false,
                    };
                    return _client.UploadPartAsync(request, ct);
                },
                ct
            );
            parts.Add(new PartETag(number, part.ETag));
        }

        return parts;
    }

    private async Task TryAbortAsync(string key, string uploadId)
    {
        try
        {
            await AbortAsync(key, uploadId, CancellationToken.None);
        }
        catch (Exception exception) when (exception is BlobStoreAwayException or BlobStoreFullException)
        {
            // The sweep finds it when the store answers again.
        }
    }

    private static async Task CopyAsync(Stream body, Stream spooled, CancellationToken ct)
    {
        var buffer = new byte[BufferLength];
        while (true)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer, ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new BrokenOffException(exception);
            }

            if (read == 0)
                return;
            await spooled.WriteAsync(buffer.AsMemory(0, read), ct);
        }
    }

    private sealed class BrokenOffException(Exception inner) : Exception(inner.Message, inner);
}

/// <summary>A multipart upload that is not complete; <see cref="Place"/> is its object's key.</summary>
internal sealed record S3Upload(string Place, string UploadId, DateTimeOffset ChangedAt);
