using System.Net;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;

namespace Datacurve.Tests.Auth;

/// <summary>Each caller has its own allowance; who is over it is told when to come back.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private readonly KeyedService _service = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Too_fast_is_429_with_a_time_to_come_back_and_others_are_served()
    {
        await _service.StartAsync(options =>
            options with
            {
                Access = options.Access with { RequestsPerSecond = 3 },
            }
        );
        using var fast = await _service.ClientAsync(Scope.Read);
        using var other = await _service.ClientAsync(Scope.Read);

        Answer? refused = null;
        for (var i = 0; i < 1000 && refused is null; i++)
            if (await fast.GetAnswerAsync("/traces") is { Status: HttpStatusCode.TooManyRequests } answer)
                refused = answer;

        Assert.NotNull(refused);
        refused.AssertProblem(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 2);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAnswerAsync("/traces")).Status);
        Assert.Equal(HttpStatusCode.OK, (await fast.GetAnswerAsync("/health")).Status);
    }

    [Fact]
    public async Task A_days_quota_ends_with_the_request_after_it()
    {
        await _service.StartAsync(options =>
            options with
            {
                Access = options.Access with { RequestsPerDay = 5 },
            }
        );
        using var client = await _service.ClientAsync(Scope.Read);

        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await client.GetAnswerAsync("/traces")).Status);

        var refused = await client.GetAnswerAsync("/traces");
        refused.AssertProblem(HttpStatusCode.TooManyRequests);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalHours, 23, 24);
    }
}
