using System.Net;

namespace Datacurve.Tests.Api;

public abstract class HealthTests(ServiceUnderTest service)
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_healthy_service_says_ok(string path) =>
        Assert.Equal(
            """{"status":"ok"}""",
            await service.Client.GetStringAsync(path, TestContext.Current.CancellationToken)
        );

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_asked_by_head_too(string path)
    {
        var answer = await service.Client.SendAsync(HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task A_blob_folder_that_takes_nothing_is_not_ready()
    {
        var scratch = Path.Combine(service.Folder, "blobs", "tmp");
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(scratch)!);
        await File.WriteAllTextAsync(scratch, "", TestContext.Current.CancellationToken);

        var ready = await service.Client.GetAnswerAsync("/health/ready");
        var live = await service.Client.GetAnswerAsync("/health");
        File.Delete(scratch);
        var later = await service.Client.GetAnswerAsync("/health/ready");

        ready.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(ready.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, live.Status);
        Assert.Equal(HttpStatusCode.OK, later.Status);
        Assert.Empty(Directory.GetFiles(scratch));
    }
}
