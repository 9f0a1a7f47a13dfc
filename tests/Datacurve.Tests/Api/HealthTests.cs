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
}
