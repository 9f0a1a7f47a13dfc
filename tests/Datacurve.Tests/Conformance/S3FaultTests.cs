using System.Net;
using System.Security.Cryptography;
using Dapper;
using Datacurve.Core;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Tests.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Conformance;

/// <summary>The whole service on an S3 server that fails in its own ways.</summary>
public sealed class S3FaultTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private TestBucket? _bucket;
    private FaultyS3? _s3;

    private TestBucket Bucket => _bucket!;
    private FaultyS3 S3 => _s3!;
    private HttpClient Client => _service.Client;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bucket = await TestBucket.MakeAsync();
        _s3 = await FaultyS3.StartAsync(Bucket.Options.Endpoint!);
        await _service.StartAsync(options =>
            options with
            {
                S3 = Bucket.Options with { Endpoint = S3.Endpoint },
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        if (_s3 is not null)
            await _s3.DisposeAsync();
        _bucket?.Dispose();
    }

    [Fact]
    public async Task What_fails_once_or_twice_is_tried_again()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        var failures = 0;
        S3.Fail = request => IsPut(request) && failures++ < 2 ? Fault.Busy : null;

        var answer = await Client.UploadAsync(content);

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal(3, failures);
        Assert.StartsWith(
            $"s3://{Bucket.Options.Bucket}/a/prefix/sha256/",
            answer.Json["storage_uri"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.Equal(content, (await Client.GetAnswerAsync($"/blobs/{BlobId.Of(content)}")).Body);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(403)]
    [InlineData(null)]
    public async Task A_store_that_is_away_is_told_and_nothing_is_acknowledged(int? status)
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        S3.Fail = _ => status is null ? Fault.Gone : new Fault(status);

        var answer = await Client.UploadAsync(content);

        answer.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter);
        // Each call was tried and then told, and the answer waited for no more.
        Assert.InRange(S3.Requests, 1, 20);
        Assert.Equal(0, await RowsAsync());
        S3.Fail = _ => null;
        Assert.Equal(HttpStatusCode.Created, (await Client.UploadAsync(content)).Status);
        S3.Fail = _ => Fault.Gone;
        (await Client.GetAnswerAsync($"/blobs/{BlobId.Of(content)}")).AssertProblem(
            HttpStatusCode.ServiceUnavailable
        );
    }

    [Fact]
    public async Task A_full_store_is_told_and_a_later_try_works()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        S3.Fail = request => IsPut(request) ? Fault.Full : null;

        (await Client.UploadAsync(content)).AssertProblem(HttpStatusCode.InsufficientStorage);

        Assert.Equal(0, await RowsAsync());
        S3.Fail = _ => null;
        Assert.Equal(HttpStatusCode.Created, (await Client.UploadAsync(content)).Status);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        await Client.UploadAsync(content);
        var breaks = 0;
        S3.Fail = request =>
            HttpMethods.IsGet(request.Method)
            && !request.Path.Value!.EndsWith(".zst", StringComparison.Ordinal)
            && breaks++ < 2
                ? new Fault(BreaksOff: true, AfterBytes: 1_000_000)
                : null;

        var read = await Client.GetAnswerAsync($"/blobs/{BlobId.Of(content)}");

        Assert.Equal(content, read.Body);
        Assert.Equal(3, breaks);
    }

    [Fact]
    public async Task An_upload_in_parts_that_fails_or_is_broken_off_leaves_no_part()
    {
        var store = _service.Services.GetRequiredService<BlobStore>();
        var content = RandomNumberGenerator.GetBytes(16 << 20);
        S3.Fail = request => IsPart(request, 2) ? Fault.Busy : null;
        (await Client.UploadAsync(content)).AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, await Bucket.UnfinishedAsync());

        using var client = new CancellationTokenSource();
        S3.Fail = request =>
        {
            if (IsPart(request, 3))
                client.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.PutAsync(new MemoryStream(content), expected: null, client.Token)
        );

        Assert.Equal(0, await Bucket.UnfinishedAsync());
        Assert.Equal(0, await RowsAsync());
        (await Client.GetAnswerAsync($"/blobs/{BlobId.Of(content)}")).AssertProblem(HttpStatusCode.NotFound);
        S3.Fail = _ => null;
        Assert.Equal(HttpStatusCode.Created, (await Client.UploadAsync(content)).Status);
    }

    [Fact]
    public async Task The_same_bytes_are_sent_once()
    {
        var content = RandomNumberGenerator.GetBytes(100_000);
        var puts = 0;
        S3.Fail = request =>
        {
            puts += IsPut(request) ? 1 : 0;
            return null;
        };

        await Client.UploadAsync(content);
        await Client.UploadAsync(content);

        Assert.Equal(1, puts);
    }

    [Fact]
    public async Task A_bucket_that_is_none_or_not_ours_stops_the_start_by_name()
    {
        var absent = Bucket.Options with { Bucket = "no-such-bucket-of-ours" };
        Assert.StartsWith(
            "BLOB_STORE_PATH names the bucket no-such",
            await RefusedAsync(absent),
            StringComparison.Ordinal
        );

        var keys = new Amazon.Runtime.BasicAWSCredentials(Bucket.AccessKey, "not it");
        var refused = await RefusedAsync(Bucket.Options with { Credentials = keys });
        Assert.Contains("AWS_SECRET_ACCESS_KEY", refused, StringComparison.Ordinal);

        S3.Fail = _ => Fault.Gone;
        var away = await RefusedAsync(Bucket.Options with { Endpoint = S3.Endpoint });
        Assert.Contains("S3_ENDPOINT", away, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(S3Options options)
    {
        await using var service = new ServiceUnderTest();
        var refused = await Assert.ThrowsAsync<StartException>(() =>
            service.StartAsync(unset => unset with { S3 = options })
        );
        return refused.Message;
    }

    private static bool IsPut(HttpRequest request) => HttpMethods.IsPut(request.Method);

    private static bool IsPart(HttpRequest request, int number) =>
        IsPut(request) && request.Query["partNumber"] == $"{number}";

    private Task<long> RowsAsync() =>
        _service
            .Services.GetRequiredService<Database>()
            .ReadAsync(connection => connection.ExecuteScalarAsync<long>("select count(*) from blobs"));
}
