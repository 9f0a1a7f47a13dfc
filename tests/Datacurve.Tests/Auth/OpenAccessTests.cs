using System.Net;
using Datacurve.Server;
using Datacurve.Server.Auth;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Auth;

/// <summary>A service on loopback is open until the first key is made, and only to this machine.</summary>
public sealed class OpenAccessTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();

    public ValueTask InitializeAsync() => _service.InitializeAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Without_any_key_whoever_asks_on_loopback_may_do_everything()
    {
        var me = (await _service.Client.GetAnswerAsync("/me")).Json;

        Assert.Equal("open", me["name"]!.ToString());
        Assert.Equal(ScopeNames.Of(Scope.All), me["scopes"]!.AsArray().Select(scope => scope!.ToString()));
    }

    [Fact]
    public async Task The_first_key_closes_the_service_and_the_end_of_the_last_does_not_open_it()
    {
        var keys = _service.Services.GetRequiredService<Keys>();
        var key = await keys.CreateAsync(
            ProjectId.Default,
            "first",
            Scope.Read,
            expiresAtMs: null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.Unauthorized, (await _service.Client.GetAnswerAsync("/traces")).Status);

        await keys.RevokeAsync(key.KeyId, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _service.Client.GetAnswerAsync("/traces")).Status);
    }

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("127.0.0.1.attacker.example")]
    [InlineData("192.168.1.7:8000")]
    public async Task A_name_that_only_resolves_to_this_machine_gets_nowhere(string host)
    {
        var answer = await _service.Client.SendAsync(HttpMethod.Get, "/traces", null, ("Host", host));

        answer.AssertProblem(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://attacker.example")]
    [InlineData("Origin", "null")]
    public async Task What_another_sites_page_sends_is_refused(string header, string value)
    {
        var answer = await _service.Client.SendAsync(
            HttpMethod.Post,
            "/traces",
            Wire.Json(Wire.NewTrace().ToJsonString()),
            (header, value)
        );

        answer.AssertProblem(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task What_the_services_own_page_sends_is_taken()
    {
        var origin = _service.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        var answer = await _service.Client.SendAsync(
            HttpMethod.Post,
            "/traces",
            Wire.Json(Wire.NewTrace().ToJsonString()),
            ("Origin", origin),
            ("Sec-Fetch-Site", "same-origin")
        );

        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    [Fact]
    public async Task Beyond_loopback_a_service_without_keys_does_not_start()
    {
        var refusal = await Assert.ThrowsAsync<StartException>(() =>
            _service.StartAsync(options =>
                options with
                {
                    ListenAddress = "0.0.0.0",
                    Tests = options.Tests with { Sandbox = "docker" },
                }
            )
        );

        Assert.Contains("datacurve keys create", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_the_security_headers_and_a_request_id()
    {
        // The last is answered from an exception.
        foreach (var path in (string[])["/health", "/traces", "/nothing-here", "/docs", "/traces?limit=x"])
        {
            var answer = await _service.Client.SendAsync(
                HttpMethod.Get,
                path,
                null,
                ("X-Request-Id", "of-the-client-1")
            );
            Assert.Equal("of-the-client-1", Assert.Single(answer.Headers.GetValues("X-Request-Id")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
            Assert.Contains(
                "frame-ancestors 'none'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
                StringComparison.Ordinal
            );
        }
    }
}
