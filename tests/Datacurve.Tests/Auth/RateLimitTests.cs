using System.Net;
using Datacurve.Server.Web;
using Datacurve.Tests.Api;
using Microsoft.Extensions.Time.Testing;

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

    [Fact]
    public async Task Who_is_over_a_days_quota_is_told_how_much_of_the_day_is_left_and_then_served()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await _service.StartAsync(
            options => options with { Access = options.Access with { RequestsPerDay = 5 } },
            clock
        );
        using var client = await _service.ClientAsync(Scope.Read);
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await client.GetAnswerAsync("/traces")).Status);

        clock.Advance(TimeSpan.FromHours(23));
        var late = await client.GetAnswerAsync("/traces");
        clock.Advance(late.Headers.RetryAfter!.Delta!.Value);
        var next = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
            next.Add((await client.GetAnswerAsync("/traces")).Status);

        late.AssertProblem(HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromHours(1), late.Headers.RetryAfter!.Delta);
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 5), HttpStatusCode.TooManyRequests], next);
    }

    [Fact]
    public async Task Requests_that_race_for_the_end_of_a_quota_get_no_more_than_is_left()
    {
        await _service.StartAsync(options =>
            options with
            {
                Access = options.Access with { RequestsPerDay = 30 },
            }
        );
        using var client = await _service.ClientAsync(Scope.Read);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => client.GetAnswerAsync("/traces"))
        );

        Assert.Equal(30, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(20, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task What_a_key_may_not_do_counts_as_what_it_may_and_does_not_fill_the_audit_log()
    {
        await _service.StartAsync(options =>
            options with
            {
                Access = options.Access with { RequestsPerDay = 5 },
            }
        );
        using var reader = await _service.ClientAsync(Scope.Read);
        using var admin = await _service.ClientAsync(Scope.Admin);

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 20; i++)
            answers.Add((await reader.PostAsync("/traces", Wire.NewTrace())).Status);

        Assert.All(answers.Take(5), status => Assert.Equal(HttpStatusCode.Forbidden, status));
        Assert.All(answers.Skip(5), status => Assert.Equal(HttpStatusCode.TooManyRequests, status));
        var acts = (await admin.GetAnswerAsync("/admin/audit")).Json["acts"]!.AsArray();
        Assert.Equal(5, acts.Count(act => act!["action"]!.ToString() == "create_trace"));
    }
}
