using System.Net;
using System.Net.Http.Headers;
using Dapper;
using Datacurve.Server;
using Datacurve.Server.Auth;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Auth;

/// <summary>A browser's session that has ended lets nobody in, and no stream goes on by it.</summary>
public sealed class SessionEndTests : IAsyncLifetime
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(15);

    private readonly ServiceUnderTest _service = new();
    private readonly MovedClock _clock = new();
    private LocalProvider? _provider;
    private int _port;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _provider = await LocalProvider.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _provider!.DisposeAsync();
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Signing_out_ends_the_session_wherever_its_cookie_is(string engine)
    {
        await using var postgres = engine == "postgresql" ? await PostgresStore.CreateAsync() : null;
        await StartAsync(options => options with { PostgresConnection = postgres?.Connection });
        using var browser = await SignInAsync();
        using var thief = browser.Stolen();
        using var other = await SignInAsync();
        var stream = await FollowAsync(thief);
        Assert.Equal(HttpStatusCode.OK, (await thief.Http.GetAnswerAsync("/me")).Status);

        await browser.Http.SendAsync(HttpMethod.Post, "/sign-out");

        await AssertEndsAsync(stream);
        (await thief.Http.GetAnswerAsync("/me")).AssertProblem(HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await other.Http.GetAnswerAsync("/me")).Status);
        Assert.Equal(["sign_in", "sign_in", "sign_out"], await ActsAsync());
        // What has ended stays so.
        await StartAsync(options => options with { PostgresConnection = postgres?.Connection });
        (await thief.Http.GetAnswerAsync("/me")).AssertProblem(HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await other.Http.GetAnswerAsync("/me")).Status);
        await _service.StopAsync();
    }

    [Fact]
    public async Task A_session_that_expires_ends_its_streams()
    {
        await StartAsync(options => options);
        using var browser = await SignInAsync();
        var stream = await FollowAsync(browser);

        _clock.Ahead = TimeSpan.FromHours(12);

        await AssertEndsAsync(stream);
        (await browser.Http.GetAnswerAsync("/me")).AssertProblem(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("scopes")]
    [InlineData("project")]
    public async Task What_the_settings_no_longer_give_a_session_no_longer_has(string setting)
    {
        await StartAsync(options => options);
        await _service.Services.GetRequiredService<Projects>().CreateAsync("other", Ct);
        using var browser = await SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAnswerAsync("/me")).Status);

        await StartAsync(options =>
            options with
            {
                Access = setting switch
                {
                    "allow" => options.Access with { OidcAllow = ["grace@example.org"] },
                    "scopes" => options.Access with { OidcScopes = Scope.Read },
                    _ => options.Access with { OidcProject = "other" },
                },
            }
        );

        (await browser.Http.GetAnswerAsync("/me")).AssertProblem(HttpStatusCode.Unauthorized);
    }

    /// <summary>Starts, or starts again where browsers find it.</summary>
    private async Task StartAsync(Func<Options, Options> configure)
    {
        await _service.StartAsync(
            options =>
                configure(
                    options with
                    {
                        Port = _port,
                        Access = options.Access with
                        {
                            OidcAuthority = _provider!.Url,
                            OidcClientId = LocalProvider.ClientId,
                            OidcClientSecret = _provider.ClientSecret,
                            OidcAllow = ["ada@example.org"],
                        },
                    }
                ),
            time: _clock
        );
        _port = _service.Client.BaseAddress!.Port;
    }

    private async Task<Browser> SignInAsync()
    {
        var browser = new Browser(_service.Client.BaseAddress!);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync("/docs")).Status);
        return browser;
    }

    /// <summary>The rest of a live tail of a trace that collects.</summary>
    private async Task<Task<string>> FollowAsync(Browser browser)
    {
        var key = await _service
            .Services.GetRequiredService<Keys>()
            .CreateAsync(ProjectId.Default, "recorder", Scope.Ingest, expiresAtMs: null, Ct);
        var recorder = _service.Client;
        recorder.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Text);
        var traceId = await recorder.OpenTraceAsync();
        var response = await browser.Http.GetAsync(
            $"/traces/{traceId}/events/stream",
            HttpCompletionOption.ResponseHeadersRead,
            Ct
        );
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Content.ReadAsStringAsync(Ct);
    }

    /// <summary>What the log says that people who signed in have done, but for reading.</summary>
    private Task<IEnumerable<string>> ActsAsync() =>
        _service
            .Services.GetRequiredService<Database>()
            .ReadAsync(connection =>
                connection.QueryAsync<string>(
                    "select action from audit_log where caller like 'user:%' and action like 'sign_%' order by audit_id"
                )
            );

    /// <summary>The trace has not ended, and is not said to have.</summary>
    private static async Task AssertEndsAsync(Task<string> stream) =>
        Assert.Equal("", await stream.WaitAsync(EndMax, TimeProvider.System, Ct));

    /// <summary>The machine's clock, set ahead.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}
