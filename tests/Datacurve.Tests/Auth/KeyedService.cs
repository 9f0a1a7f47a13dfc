using System.Net.Http.Headers;
using Datacurve.Server;
using Datacurve.Server.Auth;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Auth;

/// <summary>The real service with keys: nobody gets in without one.</summary>
public sealed class KeyedService : IAsyncLifetime
{
    private readonly ServiceUnderTest _service = new();

    internal IServiceProvider Services => _service.Services;

    internal HttpClient Anonymous => _service.Client;

    internal Keys Keys => Services.GetRequiredService<Keys>();

    public async ValueTask InitializeAsync() => await StartAsync(options => options);

    internal async Task StartAsync(Func<Options, Options> configure, TimeProvider? time = null)
    {
        await _service.StartAsync(configure, time: time);
        // The first key of all closes the service.
        await KeyAsync(Scope.Admin);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    internal async Task<string> KeyAsync(Scope scopes, ProjectId? project = null, long? expiresAtMs = null) =>
        (
            await Keys.CreateAsync(
                project ?? ProjectId.Default,
                "test",
                scopes,
                expiresAtMs,
                TestContext.Current.CancellationToken
            )
        ).Text;

    /// <summary>A client that sends the key with every request.</summary>
    internal HttpClient Client(string key)
    {
        var client = new HttpClient { BaseAddress = Anonymous.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    internal async Task<HttpClient> ClientAsync(Scope scopes, ProjectId? project = null) =>
        Client(await KeyAsync(scopes, project));

    internal async Task<ProjectId> ProjectAsync() =>
        (
            await Services
                .GetRequiredService<Projects>()
                .CreateAsync($"p-{Guid.NewGuid():N}", TestContext.Current.CancellationToken)
        )!.Value;
}
