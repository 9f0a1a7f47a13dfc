using System.Net;
using System.Security.Cryptography;
using Datacurve.Core;
using Datacurve.Tests.Api;
using Datacurve.Tests.Conformance;

namespace Datacurve.Tests.Simulation;

/// <summary>A server that is killed while it sends a blob to S3.</summary>
public sealed class S3KillTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("partNumber=2")]
    [InlineData("partNumber=4")]
    [InlineData("uploadId=")]
    public async Task A_kill_in_the_midst_of_an_upload_leaves_no_blob_and_a_later_try_works(string at)
    {
        using var folder = new ScratchFolder();
        using var bucket = await TestBucket.MakeAsync();
        await using var s3 = await FaultyS3.StartAsync(bucket.Options.Endpoint!);
        var content = RandomNumberGenerator.GetBytes(16 << 20);
        var path = $"/blobs/{BlobId.Of(content)}";
        var server = await ServerProcess.StartAsync(folder.Path, bucket.Variables(s3.Endpoint));
        var reached = new TaskCompletionSource();
        s3.Fail = request =>
        {
            // The last request of an upload in parts has its id and no number.
            var query = request.QueryString.Value!;
            var isReached =
                at == "uploadId="
                    ? query.StartsWith("?uploadId=", StringComparison.Ordinal)
                    : query.Contains(at, StringComparison.Ordinal);
            if (!isReached)
                return null;
            reached.TrySetResult();
            return Fault.Gone;
        };

        var upload = server.Client.UploadAsync(content);
        await reached.Task.WaitAsync(Ct);
        await server.KillAsync();
        server.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => upload);

        s3.Fail = _ => null;
        Assert.Equal(1, await bucket.UnfinishedAsync());
        using var next = await ServerProcess.StartAsync(folder.Path, bucket.Variables(s3.Endpoint));
        (await next.Client.GetAnswerAsync(path)).AssertProblem(HttpStatusCode.NotFound);
        Assert.Empty(Directory.GetFiles(folder.Of("work/uploads")));
        // What is unfinished may be a living process's.
        var fsck = await ServerProcess.RunAsync(folder.Path, bucket.Variables(s3.Endpoint), "fsck");
        Assert.True(fsck.ExitCode == 0, fsck.Output + fsck.Errors);
        Assert.Equal(HttpStatusCode.Created, (await next.Client.UploadAsync(content)).Status);
        Assert.Equal(content, (await next.Client.GetAnswerAsync(path)).Body);
    }
}
