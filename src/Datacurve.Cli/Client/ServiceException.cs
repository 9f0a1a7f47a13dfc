using System.Net;

namespace Datacurve.Cli.Client;

/// <summary>
/// The service could not be asked, or said no. The message is for a person and may quote the service.
/// </summary>
internal abstract class ServiceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No answer: nothing listens there, or the connection broke.</summary>
internal sealed class ServiceUnreachableException(string url, Exception inner)
    : ServiceException($"No Datacurve service answers at {url}: {inner.GetBaseException().Message}", inner)
{
    /// <summary>
    /// Whether nothing can have arrived: there was no connection. Otherwise the answer was lost, and nobody
    /// knows.
    /// </summary>
    public bool NothingArrived { get; } =
        inner is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
        };
}

/// <summary>
/// An answer with an error status; <see cref="ServiceException"/>'s message holds the problem's details.
/// </summary>
internal sealed class ServiceRefusedException(HttpStatusCode status, string message)
    : ServiceException(message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>How long the service asks to be left alone, where it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>An answer that is not what the contract says.</summary>
internal sealed class ServiceAnswerException(string message, Exception? inner = null)
    : ServiceException(message, inner);
