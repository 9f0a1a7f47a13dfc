using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Datacurve.Server;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;

namespace Datacurve.Tests.Qa;

/// <summary>Who sees the pages of the queues, and what can be done there.</summary>
public sealed class QaDashboardTests
{
    private static readonly string Token = string.Concat(Enumerable.Repeat("rosebud", 3));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_machine_itself_sees_the_queues()
    {
        await using var service = await QaService.StartAsync();

        var page = await service.Client.GetStringAsync("/hangfire", Ct);

        Assert.Contains("Datacurve QA", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(service, "/hangfire/nothing"));
    }

    [Theory]
    [InlineData("Host", "elsewhere.example")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    public async Task Who_only_seems_to_be_the_machine_itself_is_refused(string header, string value)
    {
        await using var service = await QaService.StartAsync();

        Assert.Equal(
            HttpStatusCode.Forbidden,
            await AskAsync(service, "/hangfire", request => request.Headers.Add(header, value))
        );
    }

    [Fact]
    public async Task Beyond_loopback_nobody_is_an_administrator_without_a_token()
    {
        await using var service = await QaService.StartAsync("docker", BeyondLoopback);

        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(service, "/hangfire"));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer {0}", HttpStatusCode.OK)]
    [InlineData("Bearer {0}x", HttpStatusCode.Unauthorized)]
    [InlineData("Basic {0}", HttpStatusCode.OK)]
    [InlineData("Basic {0}x", HttpStatusCode.Unauthorized)]
    [InlineData("Basic =", HttpStatusCode.Unauthorized)]
    [InlineData("Digest {0}", HttpStatusCode.Unauthorized)]
    public async Task With_a_token_who_sends_it_sees_the_queues(string? sent, HttpStatusCode expected)
    {
        await using var service = await QaService.StartAsync(
            "docker",
            options => BeyondLoopback(options) with { AdminToken = Token }
        );

        var status = await AskAsync(
            service,
            "/hangfire",
            request => request.Headers.TryAddWithoutValidation("Authorization", Header(sent))
        );

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task Nothing_can_be_changed_there()
    {
        await using var service = await QaService.StartAsync();

        using var answer = await service.Client.PostAsync(
            "/hangfire/jobs/succeeded/requeue",
            new FormUrlEncodedContent([new("jobs[]", "1")]),
            Ct
        );

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static Options BeyondLoopback(Options options) => options with { ListenAddress = "0.0.0.0" };

    private static string? Header(string? sent)
    {
        if (sent is null || !sent.StartsWith("Basic {0}", StringComparison.Ordinal))
            return sent is null ? null : string.Format(sent, Token);
        var credentials = "admin:" + string.Format(sent["Basic ".Length..], Token);
        return $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";
    }

    private static async Task<HttpStatusCode> AskAsync(
        ServiceUnderTest service,
        string path,
        Action<HttpRequestMessage>? change = null
    )
    {
        var url = new UriBuilder(new Uri(service.Client.BaseAddress!, path)) { Host = "127.0.0.1" };
        using var request = new HttpRequestMessage(HttpMethod.Get, url.Uri);
        change?.Invoke(request);
        using var answer = await service.Client.SendAsync(request, Ct);
        return answer.StatusCode;
    }
}
