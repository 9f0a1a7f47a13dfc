using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Datacurve.Tests.Cli;
using Datacurve.Tests.Simulation;
using Microsoft.AspNetCore.WebUtilities;

namespace Datacurve.Tests.Auth;

/// <summary>Browsers sign in with a real provider; who is not allowed does not get in.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();
    private LocalProvider? _provider;

    public async ValueTask InitializeAsync()
    {
        _provider = await LocalProvider.StartAsync();
        await _service.StartAsync(options =>
            options with
            {
                Access = options.Access with
                {
                    OidcAuthority = _provider.Url,
                    OidcClientId = LocalProvider.ClientId,
                    OidcClientSecret = _provider.ClientSecret,
                    OidcAllow = ["@example.org", "grace@elsewhere.example"],
                    OidcScopes = Scope.Read | Scope.Review,
                },
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _provider!.DisposeAsync();
    }

    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("Grace@elsewhere.example")]
    public async Task Who_is_allowed_signs_in_and_sees_the_page(string email)
    {
        _provider!.Email = email;
        using var browser = NewBrowser();

        var page = await browser.OpenAsync("/docs");
        var me = await browser.Http.GetAnswerAsync("/me");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<title>Datacurve</title>", page.Text, StringComparison.Ordinal);
        Assert.Equal($"user:subject-of-{email}", me.Json["name"]!.ToString());
        Assert.Equal("""["read","review"]""", me.Json["scopes"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAnswerAsync("/traces")).Status);
        (await browser.Http.PostAsync("/traces", Wire.NewTrace())).AssertProblem(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("eve@attacker.example", "true")]
    [InlineData("eve@example.org.attacker.example", "true")]
    [InlineData("ada@example.org", "false")]
    [InlineData("ada@example.org", "False")]
    [InlineData("ada@example.org", "No")]
    public async Task Who_is_not_allowed_is_told_so_and_gets_no_session(string email, string verified)
    {
        (_provider!.Email, _provider.EmailVerified) = (email, verified);
        using var browser = NewBrowser();

        var page = await browser.OpenAsync("/docs");

        Assert.Contains("not allowed", page.AssertProblem(HttpStatusCode.Forbidden)["detail"]!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Http.GetAnswerAsync("/me")).Status);
    }

    [Fact]
    public async Task A_token_that_nobody_signed_opens_no_session()
    {
        _provider!.IsUnsigned = true;
        using var browser = NewBrowser();

        var page = await browser.OpenAsync("/docs");

        page.AssertProblem(HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Http.GetAnswerAsync("/me")).Status);
    }

    [Fact]
    public async Task The_log_says_why_a_sign_in_failed_and_nothing_that_a_stranger_wrote()
    {
        using var folder = new TempFolder();
        using var server = await ServerProcess.StartAsync(
            ["--data", folder.Path],
            [
                $"OIDC_AUTHORITY={_provider!.Url}",
                $"OIDC_CLIENT_ID={LocalProvider.ClientId}",
                $"OIDC_CLIENT_SECRET={_provider.ClientSecret}",
                "OIDC_ALLOW=*",
            ]
        );
        using var browser = new Browser(server.Client.BaseAddress!);
        var sent = await browser.Http.SendAsync(HttpMethod.Get, "/docs", null, ("Accept", "text/html"));
        var state = QueryHelpers.ParseQuery(sent.Headers.Location!.Query)["state"].ToString();
        var words = $"stranger-{Guid.NewGuid():N}";

        var answer = await browser.Http.GetAnswerAsync(
            QueryHelpers.AddQueryString(
                "/sign-in/callback",
                new Dictionary<string, string?>
                {
                    ["error"] = "access_denied",
                    ["error_description"] = words,
                    ["error_uri"] = words,
                    ["state"] = state,
                }
            )
        );

        answer.AssertProblem(HttpStatusCode.Forbidden);
        while (!server.Log.Contains("access_denied", StringComparison.Ordinal))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(words, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_is_told_401_and_not_sent_to_a_page()
    {
        using var client = NewBrowser();

        (await client.Http.GetAnswerAsync("/traces")).AssertProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task After_signing_out_the_session_is_over()
    {
        using var browser = NewBrowser();
        await browser.OpenAsync("/docs");
        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAnswerAsync("/me")).Status);

        await browser.Http.SendAsync(HttpMethod.Post, "/sign-out");

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Http.GetAnswerAsync("/me")).Status);
    }

    [Fact]
    public async Task While_the_provider_is_away_a_page_says_so_and_programs_are_served()
    {
        await _provider!.DisposeAsync();
        using var browser = NewBrowser();

        var page = await browser.OpenAsync("/docs");
        var program = await browser.Http.GetAnswerAsync("/traces");

        page.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(page.Headers.RetryAfter);
        program.AssertProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_survives_a_restart_of_the_service()
    {
        using var browser = NewBrowser();
        await browser.OpenAsync("/docs");
        var address = _service.Client.BaseAddress!;

        await _service.StartAsync(options =>
            options with
            {
                Port = address.Port,
                Access = options.Access with
                {
                    OidcAuthority = _provider!.Url,
                    OidcClientId = LocalProvider.ClientId,
                    OidcClientSecret = _provider.ClientSecret,
                    OidcAllow = ["*"],
                },
            }
        );

        Assert.Equal(HttpStatusCode.OK, (await browser.Http.GetAnswerAsync("/me")).Status);
    }

    private Browser NewBrowser() => new(_service.Client.BaseAddress!);
}
