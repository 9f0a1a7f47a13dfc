using System.Net;
using System.Text.RegularExpressions;
using Datacurve.Server.Qa;
using Datacurve.Server.Qa.Queues;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Qa.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using KeyedService = Datacurve.Tests.Auth.KeyedService;

namespace Datacurve.Tests.Qa;

/// <summary>Who sees the pages of the queues, and what can be done there.</summary>
public sealed partial class QaDashboardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_service_shows_the_queues_to_its_own_machine()
    {
        await using var service = await QaService.StartAsync();

        var page = await service.Client.GetStringAsync("/hangfire", Ct);

        Assert.Contains("Datacurve QA", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.GetAnswerAsync("/hangfire/none")).Status);
    }

    [Fact]
    public async Task A_request_before_the_broker_is_reached_waits_for_it()
    {
        var reached = new TaskCompletionSource<OpenBroker>();
        using var broker = new QaBroker(
            () => reached.Task,
            TimeProvider.System,
            NullLogger<QaBroker>.Instance
        );
        await broker.StartAsync(Ct);
        await using var services = new ServiceCollection()
            .AddSingleton(new QaDashboard(broker, new FakeTimeProvider()))
            .BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        QaDashboard.Map(app);
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Path = QaDashboard.Path;
        context.Features.Set(Caller.Open);

        var shown = app.Build().Invoke(context);
        Assert.False(shown.IsCompleted);
        reached.SetResult(BrokerChoice.InMemory());
        await shown;

        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
    }

    [Theory]
    [InlineData("/hangfire")]
    [InlineData("/docs")]
    public async Task A_page_may_load_what_it_is_made_of(string path)
    {
        await using var service = await QaService.StartAsync();

        using var page = await service.Client.GetAsync(path, Ct);

        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("sandbox", policy, StringComparison.Ordinal);
        var loaded = Loaded().Matches(await page.Content.ReadAsStringAsync(Ct));
        Assert.NotEmpty(loaded);
        foreach (
            var part in loaded.Select(match => new Uri(
                page.RequestMessage!.RequestUri!,
                match.Groups["path"].Value
            ))
        )
            Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAnswerAsync(part.PathAndQuery)).Status);
    }

    [Fact]
    public async Task A_page_that_points_a_name_of_its_own_at_the_machine_is_refused()
    {
        await using var service = await QaService.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hangfire");
        request.Headers.Host = "elsewhere.example";

        using var answer = await service.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("admin", HttpStatusCode.OK)]
    [InlineData("ingest,read,read_raw,review", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    public async Task With_keys_only_administrators_see_the_queues(string? scopes, HttpStatusCode expected)
    {
        await using var service = new KeyedService();
        await service.InitializeAsync();
        var client = ScopeNames.TryParse(scopes ?? "", out var granted)
            ? await service.ClientAsync(granted)
            : service.Anonymous;

        foreach (var path in new[] { "/hangfire", "/hangfire/jobs/enqueued" })
        {
            var status = (await client.GetAnswerAsync(path)).Status;
            Assert.True(
                expected == HttpStatusCode.OK
                    ? status is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
                    : status == expected,
                $"{path}: {status}"
            );
        }
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

    [GeneratedRegex(
        "<(link rel=.stylesheet. href|script src)=\"(?<path>[^\"]+)\"",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Loaded();
}
