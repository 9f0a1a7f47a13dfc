using System.Globalization;
using System.Threading.RateLimiting;
using Datacurve.Server.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace Datacurve.Server.Auth;

/// <summary>
/// How much one caller may ask of one process: a rate, a number at the same time, and a number a day. Who is
/// over it is told 429 and when to come back.
/// </summary>
internal static class RateLimits
{
    public static void Add(IServiceCollection services, AccessOptions options) =>
        services
            .AddRateLimiter(_ => { })
            .AddOptions<RateLimiterOptions>()
            .Configure<TimeProvider>((limiter, time) => Configure(limiter, options, time));

    private static void Configure(RateLimiterOptions limiter, AccessOptions options, TimeProvider time)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            By("at_once", caller => AtOnce(caller, options)),
            By("rate", caller => PerSecond(caller, options)),
            By("day", caller => PerDay(caller, options, time))
        );
        limiter.OnRejected = async (rejected, _) =>
        {
            var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
                ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))
                : 1;
            rejected.HttpContext.Response.Headers.RetryAfter = after.ToString(CultureInfo.InvariantCulture);
            await Problem
                .Of(
                    StatusCodes.Status429TooManyRequests,
                    $"This caller has sent more than it may. Try again in {after} s."
                )
                .ExecuteAsync(rejected.HttpContext);
        };
    }

    private static PartitionedRateLimiter<HttpContext> By(
        string kind,
        Func<string, RateLimitPartition<string>> limit
    ) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context =>
            context.Features.Get<Caller>() switch
            {
                // Whether the service lives is asked by whom it must not refuse.
                _ when context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null =>
                    RateLimitPartition.GetNoLimiter("public"),
                // Who is open is the machine's own owner.
                var caller when caller == Caller.Open => RateLimitPartition.GetNoLimiter("open"),
                { } caller => limit($"{kind} {caller.Name}"),
                null => RateLimitPartition.GetNoLimiter("nobody"),
            }
        );

    private static RateLimitPartition<string> PerSecond(string caller, AccessOptions options) =>
        options.RequestsPerSecond == 0
            ? RateLimitPartition.GetNoLimiter(caller)
            : RateLimitPartition.GetTokenBucketLimiter(
                caller,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 2 * options.RequestsPerSecond,
                    TokensPerPeriod = options.RequestsPerSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                }
            );

    private static RateLimitPartition<string> AtOnce(string caller, AccessOptions options) =>
        RateLimitPartition.GetConcurrencyLimiter(
            caller,
            _ => new ConcurrencyLimiterOptions { PermitLimit = options.RequestsAtOnce, QueueLimit = 0 }
        );

    private static RateLimitPartition<string> PerDay(
        string caller,
        AccessOptions options,
        TimeProvider time
    ) =>
        options.RequestsPerDay == 0
            ? RateLimitPartition.GetNoLimiter(caller)
            : RateLimitPartition.Get(caller, _ => new DayQuota(options.RequestsPerDay, time));
}
