using System.Net;
using System.Net.Sockets;
using Datacurve.Server;
using Datacurve.Server.Blobs;
using Datacurve.Server.Storage;
using Datacurve.Tests.Conformance;
using Datacurve.Tests.Simulation;
using Microsoft.Extensions.Time.Testing;

namespace Datacurve.Tests.Api;

/// <summary>A service is not ready while its bucket is away or refuses.</summary>
public sealed class BucketReadyTests
{
    private const int Polls = 300;

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(503)]
    [InlineData(null)]
    public async Task A_bucket_that_does_not_answer_is_not_ready_until_it_does(int? status)
    {
        using var folder = new ScratchFolder();
        using var bucket = await TestBucket.MakeAsync();
        await using var s3 = await FaultyS3.StartAsync(bucket.Options.Endpoint!);
        using var server = await ServerProcess.StartAsync(folder.Path, bucket.Variables(s3.Endpoint));
        await UntilAsync(server.Client, HttpStatusCode.OK);

        s3.Fail = _ => status is null ? Fault.Gone : new Fault(status);
        var away = await UntilAsync(server.Client, HttpStatusCode.ServiceUnavailable);
        var live = await server.Client.GetAnswerAsync("/health");
        s3.Fail = _ => null;
        await UntilAsync(server.Client, HttpStatusCode.OK);

        away.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(away.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, live.Status);
    }

    [Fact]
    public async Task The_bucket_is_asked_now_and_then_however_often_readiness_is()
    {
        using var folder = new ScratchFolder();
        await using var database = SqliteDatabase.Open(folder.Of("datacurve.db"));
        using var bucket = await TestBucket.MakeAsync();
        await using var s3 = await FaultyS3.StartAsync(bucket.Options.Endpoint!);
        var clock = new FakeTimeProvider();
        using var store = StoreOn(bucket.Options with { Endpoint = s3.Endpoint }, folder, database);
        var readiness = new BlobReadiness(store, clock);

        for (var asked = 0; asked < 20; asked++)
            Assert.True(await readiness.IsReadyAsync());
        Assert.Equal(1, s3.Requests);
        clock.Advance(BlobReadiness.Fresh);
        for (var asked = 0; asked < 20; asked++)
            Assert.True(await readiness.IsReadyAsync());

        Assert.Equal(2, s3.Requests);
    }

    [Fact]
    public async Task A_bucket_that_never_answers_is_waited_for_a_moment()
    {
        using var folder = new ScratchFolder();
        await using var database = SqliteDatabase.Open(folder.Of("datacurve.db"));
        using var bucket = await TestBucket.MakeAsync();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = new FakeTimeProvider();
        var endpoint = new Uri($"http://{silent.LocalEndpoint}");
        using var store = StoreOn(bucket.Options with { Endpoint = endpoint }, folder, database);

        var asked = new BlobReadiness(store, clock).IsReadyAsync();
        using var connection = await silent.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.False(asked.IsCompleted);
        clock.Advance(BlobReadiness.AnswerMax);

        Assert.False(await asked);
    }

    private static S3BlobStore StoreOn(S3Options options, ScratchFolder folder, Database database) =>
        new(database, options, folder.Of("tmp"), bytesMax: 1 << 20, TimeProvider.System);

    /// <summary>Asks until it is answered so, for the bucket is not asked each time.</summary>
    private static async Task<Answer> UntilAsync(HttpClient client, HttpStatusCode status)
    {
        for (var poll = 0; ; poll++)
        {
            var answer = await client.GetAnswerAsync("/health/ready");
            if (answer.Status == status || poll == Polls)
            {
                Assert.Equal(status, answer.Status);
                return answer;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
