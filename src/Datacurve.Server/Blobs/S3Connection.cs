using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Datacurve.Server.Blobs;

/// <summary>How the S3 server is reached, and what it means when a call to it fails.</summary>
internal static class S3Connection
{
    // ENOSPC as the framework passes it on.
    private const int DiskFull = 28;

    public static AmazonS3Client Open(S3Options options)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            AuthenticationRegion = options.Region,
            MaxErrorRetry = options.Retries,
            RetryMode = RequestRetryMode.Standard,
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            // Content is verified by its SHA-256; not every server knows the newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
            config.ServiceURL = endpoint.ToString();
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        return options.Credentials is { } keys
            ? new AmazonS3Client(keys, config)
            : new AmazonS3Client(config);
    }

    public static async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (IsTheStores(exception, ct))
        {
            throw Told(exception);
        }
    }

    /// <summary>Whether a call failed on its way or in the store, and not in what the caller did.</summary>
    public static bool IsTheStores(Exception exception, CancellationToken ct) =>
        !ct.IsCancellationRequested
        && exception
            is AmazonServiceException
                or AmazonClientException
                or HttpRequestException
                or OperationCanceledException
                // What the library throws where a connection ends; a full disk under the spool is ours.
                or IOException { HResult: not DiskFull };

    public static Exception Told(Exception exception) =>
        exception switch
        {
            AmazonServiceException { StatusCode: HttpStatusCode.InsufficientStorage }
            or AmazonServiceException { ErrorCode: "QuotaExceeded" or "XMinioStorageFull" } =>
                new BlobStoreFullException(exception),
            AmazonServiceException service => new BlobStoreAwayException(
                $"{(int)service.StatusCode} {service.ErrorCode}",
                exception
            ),
            _ => new BlobStoreAwayException(exception.Message, exception),
        };
}
