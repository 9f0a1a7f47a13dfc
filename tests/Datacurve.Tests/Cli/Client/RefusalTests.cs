using System.Net;
using System.Net.Http.Headers;
using Datacurve.Cli.Client;

namespace Datacurve.Tests.Cli.Client;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_time_to_come_back_at_is_counted_by_the_clock_of_whoever_named_it()
    {
        var theirs = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.RequestMessage = new HttpRequestMessage(HttpMethod.Get, "http://service.invalid/traces");
        response.Headers.Date = theirs;
        response.Headers.RetryAfter = new RetryConditionHeaderValue(theirs.AddSeconds(7));

        var refused = await Refusal.ReadAsync(response, TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.FromSeconds(7), refused.RetryAfter);
    }
}
