using System.Net;
using Datacurve.Cli.Client;
using Datacurve.Core;

namespace Datacurve.Cli.Spool;

/// <summary>
/// Tries a request until it is answered with yes or no. Pauses grow and are random, so that many recorders
/// do not come back all at once; a service that names a time is left alone for that time.
/// </summary>
internal sealed class Backoff(ShipperOptions options, TimeProvider time, Action<string> waiting)
{
    /// <exception cref="ServiceException">
    /// The service said no, or the patience is over; then the last failure.
    /// </exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> request, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await request();
            }
            catch (ServiceException failure) when (IsPassing(failure))
            {
                var pause = PauseAfter(failure, failures);
                if (time.GetElapsedTime(started) + pause > options.Patience)
                    throw;
                waiting($"{failure.Message.TrimEnd('.')}. Trying again in {pause.TotalSeconds:0.0} s.");
                await Task.Delay(pause, time, ct);
            }
        }
    }

    /// <summary>Whether the same request may succeed later.</summary>
    public static bool IsPassing(ServiceException failure) =>
        failure switch
        {
            ServiceUnreachableException => true,
            ServiceRefusedException refused => refused.Status
                is HttpStatusCode.TooManyRequests
                    or HttpStatusCode.RequestTimeout
                    or >= HttpStatusCode.InternalServerError,
            _ => false,
        };

    private TimeSpan PauseAfter(ServiceException failure, int failures)
    {
        var pause = GrowingPause.Spread(GrowingPause.After(options.PauseMin, failures, options.PauseMax));
        var asked = (failure as ServiceRefusedException)?.RetryAfter ?? TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }
}
