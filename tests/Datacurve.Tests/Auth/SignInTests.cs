using System.Net;
using System.Text.Json.Nodes;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;

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

        var page = await OpenAsync(browser, "/docs");
        var me = await browser.GetAnswerAsync("/me");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<title>Datacurve</title>", page.Text, StringComparison.Ordinal);
        Assert.Equal($"user:subject-of-{email}", me.Json["name"]!.ToString());
        Assert.Equal("""["read","review"]""", me.Json["scopes"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAnswerAsync("/traces")).Status);
        (await browser.PostAsync("/traces", Wire.NewTrace())).AssertProblem(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("eve@attacker.example", true)]
    [InlineData("eve@example.org.attacker.example", true)]
    [InlineData("ada@example.org", false)]
    public async Task Who_is_not_allowed_is_told_so_and_gets_no_session(string email, bool verified)
    {
        (_provider!.Email, _provider.EmailVerified) = (email, verified);
        using var browser = NewBrowser();

        var page = await OpenAsync(browser, "/docs");

        Assert.Contains("not allowed", page.AssertProblem(HttpStatusCode.Forbidden)["detail"]!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAnswerAsync("/me")).Status);
    }

    [Fact]
    public async Task A_program_is_told_401_and_not_sent_to_a_page()
    {
        using var client = NewBrowser();

        (await client.GetAnswerAsync("/traces")).AssertProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task After_signing_out_the_session_is_over()
    {
        using var browser = NewBrowser();
        await OpenAsync(browser, "/docs");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAnswerAsync("/me")).Status);

        await browser.SendAsync(HttpMethod.Post, "/sign-out");

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAnswerAsync("/me")).Status);
    }

    [Fact]
    public async Task While_the_provider_is_away_a_page_says_so_and_programs_are_served()
    {
        await _provider!.DisposeAsync();
        using var browser = NewBrowser();

        var page = await OpenAsync(browser, "/docs");
        var program = await browser.GetAnswerAsync("/traces");

        page.AssertProblem(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(page.Headers.RetryAfter);
        program.AssertProblem(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_survives_a_restart_of_the_service()
    {
        using var browser = NewBrowser();
        await OpenAsync(browser, "/docs");
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

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAnswerAsync("/me")).Status);
    }

    private HttpClient NewBrowser() => new(new CookieJar()) { BaseAddress = _service.Client.BaseAddress };

    /// <summary>Follows redirects as a browser does, between the service and the provider.</summary>
    private static async Task<Answer> OpenAsync(HttpClient browser, string path)
    {
        const int redirectsMax = 10;
        var at = new Uri(browser.BaseAddress!, path);
        for (var i = 0; i < redirectsMax; i++)
        {
            var answer = await browser.SendAsync(
                HttpMethod.Get,
                at.ToString(),
                null,
                ("Accept", "text/html,application/xhtml+xml")
            );
            if (answer.Headers.Location is not { } location)
                return answer;
            at = new Uri(at, location);
        }

        throw new InvalidOperationException($"more than {redirectsMax} redirects, the last to {at}");
    }

    /// <summary>
    /// Cookies as browsers keep them. The framework's own container refuses those for a path below another
    /// page's, which browsers take.
    /// </summary>
    private sealed class CookieJar()
        : DelegatingHandler(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (_cookies.Count > 0)
                request.Headers.Add(
                    "Cookie",
                    string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"))
                );
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var sent))
                foreach (var cookie in sent.Select(line => line.Split(';')[0].Split('=', 2)))
                    if (cookie[1].Length > 0)
                        _cookies[cookie[0]] = cookie[1];
                    else
                        _cookies.Remove(cookie[0]);
            return response;
        }
    }
}
