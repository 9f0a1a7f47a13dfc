using System.Threading.RateLimiting;

namespace Datacurve.Server.Auth;

/// <summary>
/// A number of requests in 24 hours, which begin with the first request and, when they have passed, anew with
/// the next. The framework's own window tells who is over it to wait for a whole one, however much of it has
/// passed already.
/// </summary>
internal sealed class DayQuota(int requestsPerDay, TimeProvider time) : RateLimiter
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Lock _counting = new();
    private long _begunAt = time.GetTimestamp();
    private int _used;

    /// <summary>Not before its day is over: whoever is forgotten begins with a whole quota.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_counting)
            {
                var passed = time.GetElapsedTime(_begunAt);
                return passed < Day ? null : passed - Day;
            }
        }
    }

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_counting)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_begunAt, now) >= Day)
                (_begunAt, _used) = (now, 0);
            if (_used + permitCount > requestsPerDay)
                return new Lease(Day - time.GetElapsedTime(_begunAt, now));
            _used += permitCount;
            return Lease.Given;
        }
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        int permitCount,
        CancellationToken cancellationToken
    ) => ValueTask.FromResult(AttemptAcquireCore(permitCount));

    /// <param name="retryAfter">When to come back; null where the request may go on.</param>
    private sealed class Lease(TimeSpan? retryAfter) : RateLimitLease
    {
        public static readonly Lease Given = new(null);

        public override bool IsAcquired => retryAfter is null;

        public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
            return metadata is not null;
        }
    }
}
