using Datacurve.Server.Auth;
using Datacurve.Server.Storage;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Datacurve.Tests.Auth;

/// <summary>A stream that is followed live ends with the right to read it.</summary>
public sealed class StreamAccessTests(KeyedService service) : IClassFixture<KeyedService>
{
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(15);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_ends_ends_the_streams_that_it_opened(bool revoked)
    {
        var expires = revoked
            ? (long?)null
            : TimeProvider.System.GetUtcNow().AddSeconds(4).ToUnixTimeMilliseconds();
        var key = await service.KeyAsync(Scope.Read | Scope.Ingest, expiresAtMs: expires);
        using var client = service.Client(key);
        var traceId = await client.OpenTraceAsync();
        await client.AppendAsync(traceId, Wire.Batch(1, 1));
        using var response = await client.GetAsync(
            $"/traces/{traceId}/events/stream",
            HttpCompletionOption.ResponseHeadersRead,
            Ct
        );
        var body = response.Content.ReadAsStringAsync(Ct);
        Assert.True(ApiKey.TryParse(key, out var parsed));

        if (revoked)
            await service.Keys.RevokeAsync(parsed.KeyId, Ct);

        // The trace has not ended, and is not said to have.
        Assert.DoesNotContain(
            "event: end",
            await body.WaitAsync(EndMax, TimeProvider.System, Ct),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_key_that_ends_ends_a_stream_of_what_is_there_already()
    {
        var key = await service.KeyAsync(Scope.Read | Scope.Ingest);
        using var client = service.Client(key);
        var traceId = await client.OpenTraceAsync();
        await client.AppendLongAsync(traceId);
        await using var body = await client.BeginReadingAsync($"/traces/{traceId}/events/stream");
        Assert.True(ApiKey.TryParse(key, out var parsed));

        await service.Keys.RevokeAsync(parsed.KeyId, Ct);
        // It asks once a second at most.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Ct);
        var told = await body.ReadRestAsync();

        Assert.InRange(told.Length, 0, LongTrace.Bytes / 2);
        Assert.DoesNotContain("event: end", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_key_of_all_ends_the_streams_of_an_open_service()
    {
        await using var open = new ServiceUnderTest();
        await open.InitializeAsync();
        var traceId = await open.Client.OpenTraceAsync();
        using var response = await open.Client.GetAsync(
            $"/traces/{traceId}/events/stream",
            HttpCompletionOption.ResponseHeadersRead,
            Ct
        );
        var body = response.Content.ReadAsStringAsync(Ct);

        await open
            .Services.GetRequiredService<Keys>()
            .CreateAsync(ProjectId.Default, "first", Scope.Read, expiresAtMs: null, Ct);

        Assert.Equal("", await body.WaitAsync(EndMax, TimeProvider.System, Ct));
    }
}
