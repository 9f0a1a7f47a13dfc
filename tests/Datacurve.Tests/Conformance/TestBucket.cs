using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Datacurve.Server;

namespace Datacurve.Tests.Conformance;

/// <summary>A bucket of its own on the S3 server of the tests.</summary>
internal sealed class TestBucket : IDisposable
{
    private readonly Uri _server = new(TestServers.S3);

    private TestBucket()
    {
        Options = new S3Options
        {
            Bucket = $"datacurve-{Guid.NewGuid():N}",
            Prefix = "a/prefix/",
            Endpoint = new Uri(_server.GetLeftPart(UriPartial.Scheme) + _server.Authority),
            ForcePathStyle = true,
            Credentials = new BasicAWSCredentials(AccessKey, SecretKey),
            PartBytes = 5 << 20,
            Retries = 2,
        };
        Client = new AmazonS3Client(
            Options.Credentials,
            new AmazonS3Config
            {
                ServiceURL = Options.Endpoint.ToString(),
                AuthenticationRegion = Options.Region,
                ForcePathStyle = true,
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            }
        );
    }

    public S3Options Options { get; }

    public AmazonS3Client Client { get; }

    public string AccessKey => Uri.UnescapeDataString(_server.UserInfo.Split(':')[0]);

    public string SecretKey => Uri.UnescapeDataString(_server.UserInfo.Split(':')[1]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TestBucket> MakeAsync()
    {
        var made = new TestBucket();
        await made.Client.PutBucketAsync(made.Options.Bucket, Ct);
        return made;
    }

    public async Task<byte[]?> BytesAsync(string key)
    {
        try
        {
            using var answer = await Client.GetObjectAsync(Options.Bucket, Options.Prefix + key, Ct);
            using var bytes = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(bytes, Ct);
            return bytes.ToArray();
        }
        catch (NoSuchKeyException)
        {
            return null;
        }
    }

    public Task PutAsync(string key, byte[] bytes) =>
        Client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Options.Bucket,
                Key = Options.Prefix + key,
                InputStream = new MemoryStream(bytes),
                UseChunkEncoding = false,
            },
            Ct
        );

    /// <summary>What a server is told to keep its blobs in this bucket, reached at the endpoint.</summary>
    public (string Name, string Value)[] Variables(Uri endpoint) =>
        [
            ("BLOB_STORE_PATH", $"s3://{Options.Bucket}/{Options.Prefix}"),
            ("S3_ENDPOINT", endpoint.ToString()),
            ("AWS_ACCESS_KEY_ID", AccessKey),
            ("AWS_SECRET_ACCESS_KEY", SecretKey),
            ("S3_PART_BYTES", "5m"),
        ];

    public async Task<int> UnfinishedAsync() =>
        (
            await Client.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = Options.Bucket },
                Ct
            )
        )
            .MultipartUploads
            ?.Count
        ?? 0;

    public void Dispose() => Client.Dispose();
}
