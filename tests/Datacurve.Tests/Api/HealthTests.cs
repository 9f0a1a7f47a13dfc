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
}
