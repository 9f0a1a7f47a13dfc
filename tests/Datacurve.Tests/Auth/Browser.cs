using Datacurve.Tests.Api;

namespace Datacurve.Tests.Auth;

/// <summary>
/// Asks a service as a browser does: it keeps cookies, and follows redirects to the provider.
/// </summary>
internal sealed class Browser : IDisposable
{
    private readonly CookieJar _cookies = new();

    public Browser(Uri service) => Http = new HttpClient(_cookies) { BaseAddress = service };

    public HttpClient Http { get; }

    /// <summary>Somebody else who has got hold of the cookies that it has now.</summary>
    public Browser Stolen()
    {
        var thief = new Browser(Http.BaseAddress!);
        foreach (var (name, value) in _cookies.Held)
            thief._cookies.Held[name] = value;
        return thief;
    }

    public async Task<Answer> OpenAsync(string path)
    {
        const int redirectsMax = 10;
        var at = new Uri(Http.BaseAddress!, path);
        for (var i = 0; i < redirectsMax; i++)
        {
            var answer = await Http.SendAsync(
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

    public void Dispose() => Http.Dispose();

    /// <summary>
    /// Cookies as browsers keep them. The framework's own container refuses those for a path below another
    /// page's, which browsers take.
    /// </summary>
    private sealed class CookieJar()
        : DelegatingHandler(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        public Dictionary<string, string> Held { get; } = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (Held.Count > 0)
                request.Headers.Add(
                    "Cookie",
                    string.Join("; ", Held.Select(cookie => $"{cookie.Key}={cookie.Value}"))
                );
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var sent))
                foreach (var cookie in sent.Select(line => line.Split(';')[0].Split('=', 2)))
                    if (cookie[1].Length > 0)
                        Held[cookie[0]] = cookie[1];
                    else
                        Held.Remove(cookie[0]);
            return response;
        }
    }
}
